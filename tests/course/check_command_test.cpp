// ./course check, from the learner's file to the verdict, with the real compiler.
#include <filesystem>

#include "paths.h"
#include "program_runner.h"
#include "support/catch.h"

namespace fs = std::filesystem;

namespace {

std::string solution() {
  return course::read_file(course::root_folder() / "lessons" / "01_vector_add" / "solution.cu");
}

/// The solution with one piece of its text replaced.
std::string solution_with(const std::string& piece, const std::string& replacement) {
  std::string text = solution();
  const std::size_t at = text.find(piece);
  REQUIRE(at != std::string::npos);
  return text.replace(at, piece.size(), replacement);
}

constexpr const char* kAddition = "if (i < n) c[i] = a[i] + b[i];";

}  // namespace

TEST_CASE("a learner starts lesson 01, fails with the skeleton, solves it and passes") {
  const WorkFolder work;
  REQUIRE(work.course({"start", "01"}).exit_code == 0);

  const Outcome untouched = work.course({"check", "01"});
  INFO(untouched.output);
  CHECK(untouched.exit_code == 1);
  CHECK(untouched.says("Everybody starts like this"));
  CHECK_FALSE(untouched.says("Lesson 01 passed"));
  CHECK(work.course({}).says("Passed: 0 of"));

  work.write("01_vector_add.cu", solution());
  const Outcome solved = work.course({"check", "01"});
  INFO(solved.output);
  CHECK(solved.exit_code == 0);
  CHECK(solved.says("Lesson 01 passed"));
  CHECK(work.course({}).says("Passed: 1 of"));
}

TEST_CASE("the lesson's own solution passes, and that is not the learner's progress") {
  const WorkFolder work;
  const Outcome outcome = work.course({"check", "1", "--solution", "--device", DEVICE});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.says("Lesson 01 passed"));
  CHECK(work.course({}).says("Passed: 0 of"));
}

TEST_CASE("a file that does not compile is explained with its own name and line") {
  const WorkFolder work;
  const fs::path file =
      work.write("my attempt.cu", solution_with(kAddition, "if (i < n) c[i] = a[j] + b[i];"));
  const Outcome outcome = work.course({"check", "01", "--file", file.string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.says("does not compile"));
  CHECK(outcome.says("my attempt.cu"));
  CHECK(outcome.says("This name is not known here"));
  CHECK_FALSE(outcome.says("ninja"));
  CHECK_FALSE(outcome.says("/learner/"));
}

TEST_CASE("a file without one of the two functions is told which is missing") {
  const WorkFolder work;
  const fs::path file =
      work.write("a.cu", solution_with("void add(const float* a,", "void add_them(const float* a,"));
  const Outcome outcome = work.course({"check", "01", "--file", file.string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.says("does not define lesson::add(float const*, float const*, float*, int)"));
}

TEST_CASE("a program that never ends is stopped and told so") {
  const WorkFolder work;
  const fs::path file =
      work.write("a.cu", solution_with("if (n == 0) return;", "for (volatile int i = 0; i < 1;) {\n  }"));
  const Outcome outcome =
      work.course({"check", "01", "--file", file.string()}, {{"COURSE_CHECK_TIMEOUT", "3"}});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.says("did not finish within 3 seconds"));
}

TEST_CASE("a program that crashes is told so") {
  const WorkFolder work;
  // Host code that writes through a null pointer.
  const fs::path file = work.write(
      "a.cu", solution_with("if (n == 0) return;", "float* volatile nowhere = nullptr;\n  *nowhere = 1.0f;"));
  const Outcome outcome = work.course({"check", "01", "--file", file.string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.says("./course hint 01"));
}

TEST_CASE("a program that ends itself has not passed") {
  const WorkFolder work;
  const fs::path file =
      work.write("a.cu", "#include <cstdlib>\n" + solution_with("if (n == 0) return;", "std::exit(0);"));
  const Outcome outcome = work.course({"check", "01", "--file", file.string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.says("ended by itself"));
  CHECK_FALSE(outcome.says("Lesson 01 passed"));
}
