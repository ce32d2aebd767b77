// Programs that end within a test: CTest must report every one of these as failed, whatever the exit status.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "support/catch.h"

TEST_CASE("a test that calls exit(0) has failed") {
  CHECK(true);
  std::exit(0);
}

TEST_CASE("a test that ends the process without a word has failed") {
  CHECK(true);
  _exit(0);
}

TEST_CASE("a failed test that shows another program's success has failed") {
  INFO("All tests passed (1 assertion in 1 test case)\n");
  CHECK(1 == 2);
}

TEST_CASE("a test that is followed by other output, such as a sanitizer's report, has failed") {
  std::atexit([] { std::fputs("==1==ERROR: LeakSanitizer: detected memory leaks\n", stderr); });
  CHECK(true);
}
