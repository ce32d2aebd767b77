#include "machine.h"

#include "process.h"
#include "support/catch.h"

using namespace course;

TEST_CASE("a version is the first pair of numbers in a text") {
  CHECK(version_in("release 13.0, V13.0.88") == Version{13, 0});
  CHECK(version_in("CUDA Version: 12.4 ") == Version{12, 4});
  CHECK_FALSE(version_in("none").has_value());
  CHECK(Version{12, 10} > Version{12, 9});
}

TEST_CASE("a command that is not there gives no output, and no exception") {
  CHECK(output_of({"/no/such/program"}).empty());
  CHECK(output_of({"false"}).empty());
  CHECK(output_of({"echo", "hello"}) == "hello\n");
}

TEST_CASE("a program that runs too long is ended with its children") {
  const ProcessResult result = run_captured(
      {{"sh", "-c", "sleep 100 & sleep 100"}, {}}, [](std::string_view) {}, 1);
  CHECK(result.timed_out);
  CHECK_FALSE(result.succeeded());
}
