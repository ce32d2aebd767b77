// Every lesson's observed program: nothing is found in the solution, and in each mutant that leaves the
// result right its own mistake is, on its own line.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "lesson_page.h"
#include "lesson_programs.h"
#include "observed_run.h"
#include "paths.h"
#include "support/catch.h"

namespace fs = std::filesystem;
using namespace course;

namespace {

constexpr int kTimeout_s = 120;

/// Runs one of the implementations that the build made; for mistakes, or for the lesson's line goals.
ObservedRun observe(const Lesson& lesson, const std::string& implementation, const FileNames& names,
                    const char* schedule, bool for_goals = false) {
  ::setenv("EMULATED_GPU_SCHEDULE", schedule, 1);
  const fs::path executable = program("lesson_" + lesson.folder() + "_" + implementation + "_observed");
  const fs::path scratch =
      fs::temp_directory_path() / ("observed lesson " + std::to_string(::getpid()) + ".json");
  return for_goals
             ? run_profiled(executable, scratch, names, lesson_folder(lesson) / "goals.json", kTimeout_s)
             : run_observed(executable, scratch, names, kTimeout_s);
}

void require_found(const Lesson& lesson, const fs::path& mutant, const char* schedule) {
  const std::string source = read_file(mutant);
  const std::string missed = after_marker(source, "\n// missed: ");
  const std::string kind = missed.empty() ? after_marker(source, "\n// observed: ") : missed;
  const std::string reason = after_marker(source, "// expect: ");
  REQUIRE_FALSE(reason.empty());
  REQUIRE(marked_line(source) > 0);

  const Outcome plain = run_check(lesson, mutant.stem().string(), schedule);
  INFO(plain.output);
  CHECK(plain.exit_code == 0);

  const FileNames names{mutant.string(), "work/mine.cu"};
  if (!missed.empty()) CHECK(observe(lesson, mutant.stem().string(), names, schedule).mistakes.empty());
  const ObservedRun run = observe(lesson, mutant.stem().string(), names, schedule, !missed.empty());
  INFO(run.output << run.explanation);
  REQUIRE(run.reported);
  REQUIRE_FALSE(run.mistakes.empty());
  CHECK(std::all_of(run.mistakes.begin(), run.mistakes.end(),
                    [&](const Mistake& mistake) { return mistake.kind == kind; }));
  CHECK(run.mistakes.front().line == marked_line(source));
  // The check's arrays and those that the mutant makes itself show the same mistake: it is told once.
  for (const Mistake& mistake : run.mistakes) {
    CHECK(std::count_if(run.mistakes.begin(), run.mistakes.end(),
                        [&](const Mistake& other) { return other.line == mistake.line; }) == 1);
  }
  CHECK(one_line(run.explanation).find(reason) != std::string::npos);
  CHECK(run.explanation.find("work/mine.cu:" + std::to_string(marked_line(source))) != std::string::npos);
  CHECK(run.explanation.find(mutant.string()) == std::string::npos);
  CHECK_FALSE(heading_about(read_file(lesson_folder(lesson) / "README.md"), kind).empty());
}

}  // namespace

TEST_CASE("nothing is found in any solution, in any order of threads") {
  if (!can_observe()) {
    WARN("skipped: this build has no programs that the emulated GPU observes");
    return;
  }
  for (const Lesson* lesson : written_lessons()) {
    for (const char* schedule : {"forward", "reverse", "random"}) {
      const ObservedRun run = observe(*lesson, "solution", {}, schedule);
      INFO(lesson->folder() << ", " << schedule << "\n" << run.output << run.explanation);
      CHECK(run.result.succeeded());
      CHECK(run.reported);
      CHECK(run.mistakes.empty());
    }
  }
}

TEST_CASE("every solution reaches its lesson's goals for lines, and every goal concerns a line of it") {
  if (!can_observe()) {
    WARN("skipped: this build has no programs that the emulated GPU observes");
    return;
  }
  for (const Lesson* lesson : written_lessons()) {
    const ObservedRun run = observe(*lesson, "solution", {}, "forward", true);
    INFO(lesson->folder() << "\n" << run.output << run.explanation);
    CHECK(run.result.succeeded());
    CHECK(run.reported);
    CHECK(run.mistakes.empty());
    CHECK(run.idle_goals == 0);
  }
}

TEST_CASE("every mistake that leaves the result right is found, on its line, for its own reason") {
  if (!can_observe()) {
    WARN("skipped: this build has no programs that the emulated GPU observes");
    return;
  }
  for (const Lesson* lesson : written_lessons()) {
    int mutants = 0;
    for (const fs::path& mutant : mutants_of(*lesson)) {
      if (!is_only_observed(read_file(mutant))) continue;
      ++mutants;
      for (const char* schedule : {"forward", "reverse"}) {
        INFO(mutant << ", " << schedule);
        require_found(*lesson, mutant, schedule);
      }
    }
    INFO(lesson->folder());
    CHECK(mutants >= 2);
  }
}

TEST_CASE("an observed program that ends early says so by leaving no report or no verdict") {
  if (!can_observe()) {
    WARN("skipped: this build has no programs that the emulated GPU observes");
    return;
  }
  const fs::path scratch = fs::temp_directory_path() / ("no report " + std::to_string(::getpid()));
  const ObservedRun run = run_observed("/bin/false", scratch, {}, kTimeout_s);
  CHECK_FALSE(run.reported);
  CHECK_FALSE(run.result.succeeded());
  CHECK(run.mistakes.empty());
}
