#include "compiler_output.h"

#include "support/catch.h"

using namespace course;

namespace {

const FileNames kNames{"/p/build/emulated/learner/01_vector_add.cu", "work/01_vector_add.cu"};

bool contains(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

}  // namespace

TEST_CASE("g++'s error is shown with the learner's file name, in plain words first") {
  const std::string text = explain_build_failure(
      "[1/3] Building CXX object x.o\n"
      "FAILED: x.o\n"
      "/usr/bin/c++ -DERROR=1 -c /p/build/emulated/learner/01_vector_add.cu\n"
      "/p/build/emulated/learner/01_vector_add.cu: In function 'void f()':\n"
      "/p/build/emulated/learner/01_vector_add.cu:12:18: error: 'j' was not declared in this scope\n"
      "   12 |   if (i < n) c[i] = a[j];\n"
      "      |                       ^\n"
      "ninja: build stopped: subcommand failed.\n",
      kNames);
  INFO(text);
  CHECK(contains(text, "work/01_vector_add.cu does not compile"));
  CHECK(contains(text, "Line 12: This name is not known here"));
  CHECK(contains(text, "work/01_vector_add.cu:12:18: error: 'j' was not declared"));
  CHECK(contains(text, "c[i] = a[j];"));
  CHECK_FALSE(contains(text, "ninja"));
  CHECK_FALSE(contains(text, "/p/build"));
}

TEST_CASE("nvcc's and the translator's errors are understood as well") {
  CHECK(contains(
      explain_build_failure(
          "/p/build/emulated/learner/01_vector_add.cu(7): error: expected a \";\"\n  }\n  ^\n", kNames),
      "Line 7: A semicolon is missing"));
  CHECK(contains(explain_build_failure(
                     "/p/build/emulated/learner/01_vector_add.cu:7: error: asm is not understood\n", kNames),
                 "Line 7: asm is not understood"));
}

TEST_CASE("only the first three errors are shown, and the others counted") {
  std::string output;
  for (int line = 1; line <= 5; ++line) {
    output += "/p/build/emulated/learner/01_vector_add.cu:" + std::to_string(line) + ":1: error: no\n";
  }
  const std::string text = explain_build_failure(output, kNames);
  CHECK(contains(text, "Line 3"));
  CHECK_FALSE(contains(text, "Line 4"));
  CHECK(contains(text, "and 2 more"));
}

TEST_CASE("a function that is missing at link time is named") {
  const std::string text = explain_build_failure(
      "/usr/bin/ld: check.o: in function `x': check.cpp:(.text+0x1): undefined reference to "
      "`lesson::add(float const*, int)'\n",
      kNames);
  INFO(text);
  CHECK(contains(text, "does not define lesson::add(float const*, int)"));
}

TEST_CASE("an output that nobody foresaw still shows its lines with errors") {
  CHECK(contains(
      explain_build_failure("[1/2] x\nc++: fatal error: Killed signal terminated program cc1plus\n", kNames),
      "Killed"));
}

TEST_CASE("warnings about the learner's file are found, others are not") {
  const std::string text = warnings_about(
      "/p/build/emulated/learner/01_vector_add.cu:3:1: warning: comparison is always true\n"
      "/p/other.h:3:1: warning: something else\n",
      kNames);
  CHECK(contains(text, "work/01_vector_add.cu:3:1: warning: comparison"));
  CHECK_FALSE(contains(text, "other.h"));
}
