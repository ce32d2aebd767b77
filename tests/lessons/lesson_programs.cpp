#include "lesson_programs.h"

#include <set>
#include <sstream>

#include "paths.h"
#include "process.h"
#include "support/catch.h"

namespace fs = std::filesystem;
using namespace course;

std::vector<const Lesson*> written_lessons() {
  std::vector<const Lesson*> lessons;
  for (const Lesson& lesson : all_lessons()) {
    if (is_written(lesson)) lessons.push_back(&lesson);
  }
  return lessons;
}

std::vector<fs::path> mutants_of(const Lesson& lesson) {
  std::set<fs::path> files;
  for (const auto& entry : fs::directory_iterator(lesson_folder(lesson) / "mutants"))
    files.insert(entry.path());
  return {files.begin(), files.end()};
}

bool is_only_observed(const std::string& mutant_source) {
  return !after_marker(mutant_source, "\n// observed: ").empty() ||
         !after_marker(mutant_source, "\n// missed: ").empty();
}

Outcome run_check(const Lesson& lesson, const std::string& implementation, const std::string& schedule) {
  Outcome outcome;
  const ProcessResult result = run_captured(
      {{program("lesson_" + lesson.folder() + "_" + implementation).string()},
       {{"EMULATED_GPU_MEMORY", "256MiB"}, {"EMULATED_GPU_SCHEDULE", schedule}}},
      [&](std::string_view piece) { outcome.output += piece; }, 120);
  outcome.exit_code = result.signal == 0 && !result.timed_out ? result.exit_code : -1;
  return outcome;
}

std::string after_marker(const std::string& text, const std::string& marker) {
  const std::size_t at = text.find(marker);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + marker.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

int marked_line(const std::string& source) {
  std::istringstream lines(source);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.ends_with("// here")) return number;
  }
  return 0;
}

std::string one_line(const std::string& text) {
  std::istringstream words(text);
  std::string result;
  for (std::string word; words >> word;) result += (result.empty() ? "" : " ") + word;
  return result;
}

void require_paragraph_exists(const Lesson& lesson, const std::string& output) {
  const std::string named = after_marker(output, "See \"");
  if (named.empty()) return;
  const std::string heading = "\n## " + named.substr(0, named.find('"')) + "\n";
  INFO("heading: " << heading);
  CHECK(read_file(lesson_folder(lesson) / "README.md").find(heading) != std::string::npos);
}
