// ./course watch: the learner saves, and the check runs again. A file that does not compile is checked most
// quickly, so most saves here are of such files.
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "paths.h"
#include "program_runner.h"
#include "running_course.h"
#include "support/catch.h"

namespace fs = std::filesystem;

namespace {

constexpr const char* kWaits = "save it to check it again";

int count(const std::string& text, const std::string& piece) {
  int found = 0;
  for (std::size_t at = 0; (at = text.find(piece, at)) != std::string::npos; at += piece.size()) ++found;
  return found;
}

std::string solution() {
  return course::read_file(course::root_folder() / "lessons" / "01_vector_add" / "solution.cu");
}

}  // namespace

TEST_CASE("watch checks at once, after each save, and ends well with Ctrl-C") {
  const WorkFolder work;
  work.write("01_vector_add.cu", "int first = wrong_name;\n");
  RunningCourse watch(work, {"watch", "01"});
  watch.when(kWaits, [&] { work.write("01_vector_add.cu", "int second = other_name;\n"); });
  watch.when(kWaits, [&] { work.write("01_vector_add.cu", solution()); });
  watch.interrupt_when(kWaits);
  const Outcome outcome = watch.wait();
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.says("wrong_name"));
  CHECK(outcome.says("other_name"));
  CHECK(outcome.says("Lesson 01 passed"));
  CHECK(outcome.says("No longer watching"));
  CHECK(outcome.says("Checks: 3."));
  CHECK(count(outcome.output, "---\n") == 2);  // between checks, where there is no terminal to clear
  CHECK_FALSE(outcome.says("\033"));
  CHECK(work.course({}).says("Passed: 1 of"));
}

TEST_CASE("watch survives a file that is away, and an editor that saves by renaming") {
  const WorkFolder work;
  const fs::path file = work.write("01_vector_add.cu", "int first = wrong_name;\n");
  RunningCourse watch(work, {"watch", "01"});
  watch.when(kWaits, [&] { fs::remove(file); });
  watch.when("is not there any more", [&] { work.write("01_vector_add.cu", "int second = other_name;\n"); });
  watch.when(kWaits, [&] { fs::rename(work.write("other.cu", "int third = third_name;\n"), file); });
  watch.interrupt_when(kWaits);
  const Outcome outcome = watch.wait();
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.says("other_name"));
  CHECK(outcome.says("third_name"));
  CHECK(outcome.says("Checks: 3."));
}

TEST_CASE("watch does not check a file that is still being written") {
  const WorkFolder work;
  work.write("01_vector_add.cu", "int first = wrong_name;\n");
  RunningCourse watch(work, {"watch", "01"});
  std::thread writer;
  watch.when(kWaits, [&] {
    writer = std::thread([&] {
      std::string text;
      for (int i = 0; i < 15; ++i) {
        work.write("01_vector_add.cu", text += "int half_" + std::to_string(i) + " = half_name;\n");
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
      }
      work.write("01_vector_add.cu", "int whole = whole_name;\n");
    });
  });
  watch.interrupt_when(kWaits);
  const Outcome outcome = watch.wait();
  writer.join();
  INFO(outcome.output);
  CHECK(outcome.says("whole_name"));
  CHECK_FALSE(outcome.says("half_name"));
  CHECK(outcome.says("Checks: 2."));
}

TEST_CASE("Ctrl-C ends watch during a check too") {
  const WorkFolder work;
  std::string text = solution();
  const std::string piece = "if (n == 0) return;";
  work.write("01_vector_add.cu",
             text.replace(text.find(piece), piece.size(), "for (volatile int i = 0; i < 1;) {\n  }"));
  RunningCourse watch(work, {"watch", "01"});
  watch.interrupt_when("adds vectors");
  const Outcome outcome = watch.wait();
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.says("No longer watching"));
  CHECK_FALSE(outcome.says("crashed"));
}

TEST_CASE("watch without a file to watch says what makes one") {
  const Outcome outcome = WorkFolder().course({"watch", "01"});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.says("./course start 01"));
}
