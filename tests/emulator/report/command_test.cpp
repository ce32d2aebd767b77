// The emulate command's options, as far as they are judged before anything is built.
#include "process/process.h"
#include "support.h"
#include "support/catch.h"

namespace {

struct Outcome {
  int status = 0;
  std::string errors;
};

Outcome emulate(std::vector<std::string> arguments) {
  const TestFolder folder;
  const std::string errors = folder.path("errors").string();
  arguments.insert(arguments.begin(), {BINARY_DIR "/emulate", "no_such_file.cu"});
  const emulator::ProcessResult run =
      emulator::run_process(arguments, {.output = folder.path("output").string(), .errors = errors});
  REQUIRE(run.started);
  return {run.status, text_of(errors)};
}

}  // namespace

TEST_CASE("options of checks and profiles without them are wrong usage") {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--json", "f"},
                                             {"--html", "f"},
                                             {"--card", "rtx4060"},
                                             {"--check", "--html", "f"},
                                             {"--check", "--card", "rtx4060"}}) {
    const Outcome outcome = emulate(arguments);
    INFO(outcome.errors);
    CHECK(outcome.status == 2);
    CHECK(holds(outcome.errors, " needs "));
  }
}

TEST_CASE("an unknown card is wrong usage, and the known ones are listed") {
  const Outcome outcome = emulate({"--profile", "--card", "voodoo2"});
  CHECK(outcome.status == 2);
  CHECK(holds(outcome.errors, "voodoo2"));
  CHECK(holds(outcome.errors, "rtx4090"));
}
