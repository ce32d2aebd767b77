// Every lesson: its skeleton belongs to its solution, its check passes the solution and rejects every planted
// mistake.
#include <filesystem>
#include <string>

#include "lesson_programs.h"
#include "paths.h"
#include "skeleton.h"
#include "support/catch.h"

namespace fs = std::filesystem;
using namespace course;

namespace {

void require_rejections(const Lesson& lesson, const std::string& schedule) {
  const std::vector<fs::path> mutants = mutants_of(lesson);
  REQUIRE(mutants.size() >= 5);
  for (const fs::path& mutant : mutants) {
    const std::string source = read_file(mutant);
    if (is_only_observed(source)) continue;
    const std::string reason = after_marker(source, "// expect: ");
    const bool needs_counters = source.find("// counted: ") != std::string::npos;
    INFO(mutant << " must be rejected because of: " << reason);
    REQUIRE_FALSE(reason.empty());
    if (needs_counters && std::string(DEVICE) != "emulated") {
      WARN("skipped on a real GPU, which does not count: " << mutant);
      continue;
    }
    const Outcome outcome = run_check(lesson, mutant.stem().string(), schedule);
    INFO(outcome.output);
    CHECK(outcome.exit_code == 1);
    CHECK(one_line(outcome.output).find(reason) != std::string::npos);
    CHECK(outcome.output.find("A hint: ./course hint " + lesson.id()) != std::string::npos);
    if (const int line = marked_line(source); line > 0)
      CHECK(outcome.output.find(mutant.filename().string() + ":" + std::to_string(line)) !=
            std::string::npos);
    require_paragraph_exists(lesson, outcome.output);
  }
}

}  // namespace

TEST_CASE("there is a lesson to test") { REQUIRE_FALSE(written_lessons().empty()); }

TEST_CASE("every skeleton is what its solution gives") {
  for (const Lesson* lesson : written_lessons()) {
    INFO(lesson->folder() << ": build the target make_skeleton_" << lesson->folder());
    CHECK(read_file(lesson_folder(*lesson) / "skeleton.cu") ==
          make_skeleton(read_file(lesson_folder(*lesson) / "solution.cu")));
  }
}

TEST_CASE("every solution passes its check, in any order of threads") {
  for (const Lesson* lesson : written_lessons()) {
    for (const char* schedule : {"forward", "reverse", "random"}) {
      const Outcome outcome = run_check(*lesson, "solution", schedule);
      INFO(lesson->folder() << ", " << schedule << "\n" << outcome.output);
      CHECK(outcome.exit_code == 0);
      CHECK(outcome.output.find("FAILED") == std::string::npos);
    }
  }
}

TEST_CASE("an untouched skeleton fails with words for a beginner") {
  for (const Lesson* lesson : written_lessons()) {
    const Outcome outcome = run_check(*lesson, "skeleton");
    INFO(lesson->folder() << "\n" << outcome.output);
    CHECK(outcome.exit_code == 1);
    CHECK(outcome.output.find("Everybody starts like this") != std::string::npos);
    require_paragraph_exists(*lesson, outcome.output);
  }
}

TEST_CASE("every planted mistake is rejected for its own reason") {
  for (const Lesson* lesson : written_lessons()) require_rejections(*lesson, "forward");
}

TEST_CASE("every planted mistake is rejected for its own reason when threads run in reverse order") {
  for (const Lesson* lesson : written_lessons()) require_rejections(*lesson, "reverse");
}

TEST_CASE("every lesson has a task, three hints and pictures that exist") {
  for (const Lesson* lesson : written_lessons()) {
    INFO(lesson->folder());
    const std::string page = read_file(lesson_folder(*lesson) / "README.md");
    for (const char* heading : {"Why", "Predict", "Task", "Check", "Measure", "In the engine"}) {
      INFO(heading);
      CHECK(page.find("\n## " + std::string(heading) + "\n") != std::string::npos);
    }
    const std::string hints = read_file(lesson_folder(*lesson) / "hints.md");
    for (const char* heading : {"\n## Hint 1\n", "\n## Hint 2\n", "\n## Hint 3\n"}) {
      CHECK(hints.find(heading) != std::string::npos);
    }
    std::size_t pictures = 0;
    for (std::size_t at = 0; (at = page.find("](", at)) != std::string::npos; ++at) {
      const std::string link = page.substr(at + 2, page.find(')', at) - at - 2);
      pictures += link.ends_with(".svg");
      INFO("link: " << link);
      CHECK((link.starts_with("http") || fs::exists(lesson_folder(*lesson) / link)));
    }
    CHECK(pictures >= 1);
  }
}
