#include "progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "paths.h"

namespace course {
namespace {

std::filesystem::path progress_file() { return work_folder() / ".progress"; }

}  // namespace

Progress Progress::load() {
  Progress progress;
  const std::filesystem::path file = progress_file();
  if (std::error_code error; !std::filesystem::exists(file, error)) return progress;
  try {
    const nlohmann::json content = nlohmann::json::parse(read_file(file));
    for (const auto& [folder, value] : content.at("lessons").items()) {
      progress.lessons_[folder] = {value.value("started", false), value.value("passed", false),
                                   std::clamp(value.value("hints_shown", 0), 0, 3)};
    }
  } catch (const nlohmann::json::exception&) {
    const std::filesystem::path aside = file.string() + ".damaged";
    std::error_code error;
    std::filesystem::rename(file, aside, error);
    fmt::print(stderr, "course: {} was damaged; it is now {}, and your progress starts anew.\n",
               display_path(file), display_path(aside));
    progress.lessons_.clear();
  }
  return progress;
}

void Progress::save() const {
  nlohmann::ordered_json lessons = nlohmann::ordered_json::object();
  for (const auto& [folder, lesson] : lessons_) {
    lessons[folder] = {
        {"started", lesson.started}, {"passed", lesson.passed}, {"hints_shown", lesson.hints_shown}};
  }
  write_file(progress_file(), nlohmann::ordered_json{{"lessons", lessons}}.dump(2) + "\n");
}

const Lesson* Progress::next() {
  for (const Lesson& lesson : all_lessons()) {
    if (is_written(lesson) && !of(lesson).passed) return &lesson;
  }
  return nullptr;
}

}  // namespace course
