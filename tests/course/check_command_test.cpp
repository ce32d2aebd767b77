// ./course check, from the learner's file to the verdict, with the real compiler.
#include <filesystem>

#include "observed_run.h"
#include "paths.h"
#include "process.h"
#include "program_runner.h"
#include "running_course.h"
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

TEST_CASE("correctness comes first, then what a right result hides, then the goals") {
  const WorkFolder work;
  const Outcome outcome = work.course({"check", "01", "--solution"});
  INFO(outcome.output);
  const std::size_t correct = outcome.output.find("adds vectors that are on the device");
  const std::size_t observed = outcome.output.find(course::can_observe() ? "with every access observed ... ok"
                                                                         : "looked for only on the emulated");
  const std::size_t goal = outcome.output.find("uses one launch");
  REQUIRE(goal != std::string::npos);
  CHECK(correct < observed);
  CHECK(observed < goal);
  if (!course::can_observe()) return;
  const std::size_t line_goals = outcome.output.find("wastes what the GPU does at once ... ok");
  REQUIRE(line_goals != std::string::npos);
  CHECK(goal < line_goals);
}

TEST_CASE("a line that misses the lesson's goal is shown with its count, and with the paragraph about it") {
  if (!course::can_observe()) {
    WARN("skipped: this build has no programs that the emulated GPU observes");
    return;
  }
  const WorkFolder work;
  const fs::path file = work.write("my attempt.cu", solution_with("blockIdx.x * blockDim.x + threadIdx.x",
                                                                  "threadIdx.x * gridDim.x + blockIdx.x"));
  const Outcome outcome = work.course({"check", "01", "--file", file.string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.says("the result is right, but a GPU would be much faster"));
  CHECK(outcome.says("my attempt.cu:"));
  CHECK(outcome.says("if (i < n) c[i] = a[i] + b[i];"));
  CHECK(outcome.says("touch 32.0 sectors; their bytes would fit into 4.0"));
  CHECK(outcome.says("See \"Thirty-two at a time\" in lessons/01_vector_add/README.md."));
  CHECK(outcome.says("A hint: ./course hint 01"));
  CHECK_FALSE(outcome.says("/learner/"));
  CHECK_FALSE(outcome.says("Lesson 01 passed"));
}

TEST_CASE("a mistake that leaves the result right is explained with the file's own name and a paragraph") {
  if (!course::can_observe()) {
    WARN("skipped: this build has no programs that the emulated GPU observes");
    return;
  }
  const WorkFolder work;
  const fs::path file = work.write(
      "my attempt.cu", solution_with(kAddition, "c[min(i, n - 1)] = a[min(i, n - 1)] + b[min(i, n - 1)];"));
  const Outcome outcome = work.course({"check", "01", "--file", file.string()});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.says("the result is right, and still something is wrong"));
  CHECK(outcome.says("Several threads write the same value"));
  CHECK(outcome.says("my attempt.cu:"));
  CHECK(outcome.says("See \"Threads, blocks and the grid\" in lessons/01_vector_add/README.md."));
  CHECK(outcome.says("A hint: ./course hint 01"));
  CHECK_FALSE(outcome.says("uses one launch"));
  CHECK_FALSE(outcome.says("/learner/"));
  CHECK_FALSE(outcome.says("Lesson 01 passed"));
}

TEST_CASE("a check that is interrupted takes the learner's program with it") {
  const WorkFolder work;
  const fs::path file =
      work.write("a.cu", solution_with("if (n == 0) return;", "for (volatile int i = 0; i < 1;) {\n  }"));
  RunningCourse running(work, {"check", "01", "--file", file.string()});
  running.interrupt_when("adds vectors");
  const Outcome outcome = running.wait();
  INFO(outcome.output);
  CHECK(outcome.exit_code == -1);  // ended by the signal, as a shell expects it
  const std::string left = "check-" + std::to_string(running.process());
  CHECK_FALSE(fs::exists(course::build_folder() / "learner" / left));
  CHECK(course::output_of({"pgrep", "-f", left + "( |$)"}).empty());
}
