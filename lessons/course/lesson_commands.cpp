// ./course, list, start, hint, solution, reset: the commands around a lesson's files.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <iostream>
#include <vector>

#include "commands.h"
#include "errors.h"
#include "lesson_page.h"
#include "paths.h"
#include "progress.h"
#include "skeleton.h"

namespace fs = std::filesystem;

namespace course {
namespace {

/// The hints of a lesson: the text under each "## ..." of hints.md.
std::vector<std::string> hints_of(const Lesson& lesson) {
  const std::string page = read_file(lesson_folder(lesson) / "hints.md");
  std::vector<std::string> hints;
  for (int level = 1;; ++level) {
    std::string hint = section(page, fmt::format("Hint {}", level));
    if (hint.empty()) break;
    hints.push_back(std::move(hint));
  }
  if (hints.empty())
    throw UserError(fmt::format("{}/hints.md holds no hints", lesson_folder(lesson).string()));
  return hints;
}

void write_skeleton(const Lesson& lesson) {
  write_file(work_file(lesson), read_file(lesson_folder(lesson) / "skeleton.cu"));
}

fs::path backup_name(const fs::path& file) {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y-%m-%d-%H%M%S", std::localtime(&now));
  fs::path backup = fmt::format("{}.{}.backup", file.string(), stamp);
  std::error_code error;
  for (int i = 2; fs::exists(backup, error); ++i)
    backup = fmt::format("{}.{}-{}.backup", file.string(), stamp, i);
  return backup;
}

}  // namespace

int show_status() {
  Progress progress = Progress::load();
  int written = 0, passed = 0;
  for (const Lesson& lesson : all_lessons()) {
    written += is_written(lesson);
    passed += is_written(lesson) && progress.of(lesson).passed;
  }
  fmt::print("vecadd-to-llama, from a vector add to a Llama engine. Device: {}.\n", DEVICE);
  fmt::print("Passed: {} of the {} lessons written so far.\n\n", passed, written);

  const Lesson* next = progress.next();
  if (next == nullptr) {
    fmt::print("You have passed every lesson there is. ./course run shows where they lead.\n");
    return kDone;
  }
  const LessonProgress& at = progress.of(*next);
  fmt::print("Next: lesson {}, {}: {} (about {} minutes)\n", next->id(), next->name, next->arrives_at,
             next->minutes);
  if (at.started) {
    fmt::print("  edit   {}\n  then   ./course check {}\n", display_path(work_file(*next)), next->id());
    fmt::print("  stuck? ./course hint {}  ({} of 3 seen)\n", next->id(), at.hints_shown);
  } else {
    fmt::print("  read   lessons/{}/README.md\n  then   ./course start {}\n", next->folder(), next->id());
  }
  if (passed == 0 && !at.started) fmt::print("\nOr take the tour first: ./course run\n");
  return kDone;
}

int show_list() {
  Progress progress = Progress::load();
  const Lesson* next = progress.next();
  for (const Lesson& lesson : all_lessons()) {
    const char* state = !is_written(lesson)          ? "not written yet"
                        : progress.of(lesson).passed ? "done"
                        : &lesson == next            ? "next"
                                                     : "";
    fmt::print("{}  {:<16} {:>4} min  {:<58} {}\n", lesson.id(), lesson.name, lesson.minutes,
               lesson.arrives_at, state);
  }
  return kDone;
}

int start_lesson(const std::string& name) {
  const Lesson& lesson = find_written_lesson(name);
  const fs::path file = work_file(lesson);
  if (std::error_code error; fs::exists(file, error)) {
    fmt::print("{} is there already and stays as it is; ./course reset {} begins anew.\n", display_path(file),
               lesson.id());
  } else {
    write_skeleton(lesson);
    fmt::print("Your file: {}\n", display_path(file));
  }
  Progress progress = Progress::load();
  progress.of(lesson).started = true;
  progress.save();

  const fs::path page = lesson_folder(lesson) / "README.md";
  fmt::print("The lesson: {}\n\n", display_path(page));
  fmt::print("{}\nWhen you think it is right: ./course check {}\n", section(read_file(page), "Task"),
             lesson.id());
  return kDone;
}

int show_hint(const std::string& name) {
  const Lesson& lesson = find_written_lesson(name);
  const std::vector<std::string> hints = hints_of(lesson);
  const int count = static_cast<int>(hints.size());
  Progress progress = Progress::load();
  int& shown = progress.of(lesson).hints_shown;
  if (shown >= count) {
    fmt::print("You have seen all {} hints of lesson {}. This is the last one again.\n\n", count,
               lesson.id());
  } else {
    ++shown;
    progress.save();
  }
  fmt::print("Hint {} of {}\n\n{}", shown, count, hints[static_cast<std::size_t>(shown - 1)]);
  if (shown == count) fmt::print("\nStill stuck? ./course solution {}\n", lesson.id());
  return kDone;
}

int show_solution(const std::string& name) {
  const Lesson& lesson = find_written_lesson(name);
  fmt::print("{}", make_clean_solution(read_file(lesson_folder(lesson) / "solution.cu")));
  return kDone;
}

int reset_lesson(const std::string& name, bool yes) {
  const Lesson& lesson = find_written_lesson(name);
  const fs::path file = work_file(lesson);
  std::error_code error;
  if (fs::exists(file, error)) {
    if (!yes) {
      if (::isatty(STDIN_FILENO) == 0) {
        throw UserError(
            fmt::format("reset replaces {} and nobody is here to answer; use ./course reset {} --yes",
                        display_path(file), lesson.id()));
      }
      fmt::print("Replace {} by the skeleton? A backup of it is kept. [y/N] ", display_path(file));
      std::cout.flush();
      std::string answer;
      std::getline(std::cin, answer);
      if (answer.empty() || (answer[0] != 'y' && answer[0] != 'Y')) {
        fmt::print("Nothing was changed.\n");
        return kDone;
      }
    }
    const fs::path backup = backup_name(file);
    fs::rename(file, backup, error);
    if (error)
      throw UserError(fmt::format("{} cannot be written: {}", display_path(backup), error.message()));
    fmt::print("Your file is kept as {}\n", display_path(backup));
  }
  write_skeleton(lesson);
  Progress progress = Progress::load();
  progress.of(lesson) = {true, false, 0};
  progress.save();
  fmt::print("{} is the skeleton of lesson {} again.\n", display_path(file), lesson.id());
  return kDone;
}

}  // namespace course
