// Running other programs.
#include "process/process.h"

#include <cstdlib>

#include "support.h"
#include "support/catch.h"

TEST_CASE("a program gets changed and unchanged variables, and its output goes to a file") {
  const TestFolder folder;
  setenv("REPORT_TEST_KEPT", "kept", 1);
  setenv("REPORT_TEST_CHANGED", "old", 1);
  const std::string output = folder.path("output").string();
  const auto result = emulator::run_process(
      {"env"}, {.output = output, .environment = {"REPORT_TEST_CHANGED=new", "REPORT_TEST_ADDED=added"}});
  CHECK(result.started);
  const std::string text = "\n" + text_of(output);
  CHECK(holds(text, "\nREPORT_TEST_KEPT=kept\n"));
  CHECK(holds(text, "\nREPORT_TEST_CHANGED=new\n"));
  CHECK(holds(text, "\nREPORT_TEST_ADDED=added\n"));
  CHECK_FALSE(holds(text, "REPORT_TEST_CHANGED=old"));
  CHECK(std::string(std::getenv("REPORT_TEST_CHANGED")) == "old");
}

TEST_CASE("a program that does not exist is not started") {
  CHECK_FALSE(emulator::run_process({"no_such_program_of_this_name"}).started);
  CHECK_FALSE(emulator::run_process({"/no/such/program"}).started);
}
