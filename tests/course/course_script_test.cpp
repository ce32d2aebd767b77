// The bash script ./course: what it answers before it builds anything.
#include "paths.h"
#include "process.h"
#include "program_runner.h"
#include "support/catch.h"

namespace {

Outcome script(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{(course::root_folder() / "course").string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_program(command, {});
}

}  // namespace

TEST_CASE("the script's help names every command") {
  const Outcome outcome = script({"--help"});
  CHECK(outcome.exit_code == 0);
  for (const char* command : {"run", "list", "start NN", "check NN", "watch NN", "hint NN", "bench NN",
                              "solution NN", "reset NN", "doctor", "emulate FILE.cu", "setup [-y]", "test"}) {
    INFO(command);
    CHECK(outcome.says("\n  " + std::string(command)));
  }
}

TEST_CASE("the script refuses what it does not know with exit code 2, before it installs or builds") {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"frobnicate"}, {"setup", "--now"}, {"list", "--device", "tpu"}}) {
    const Outcome outcome = script(arguments);
    INFO(outcome.output);
    CHECK(outcome.exit_code == 2);
    CHECK_FALSE(outcome.says("Building"));
  }
}

TEST_CASE("shellcheck finds nothing in the script") {
  if (course::output_of({"shellcheck", "--version"}).empty()) {
    WARN("skipped: shellcheck is not installed here");
    return;
  }
  const Outcome outcome = run_program({"shellcheck", (course::root_folder() / "course").string()}, {});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
}
