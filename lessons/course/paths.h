/// @file
/// Where the course's files are, and reading and writing them with errors a learner understands.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "lesson_list.h"

namespace course {

/// The project's root folder.
std::filesystem::path root_folder();
/// The build folder of the device that this program was built for.
std::filesystem::path build_folder();
/// A program of this build, e.g. program("mini_llm").
std::filesystem::path program(std::string_view name);
/// Holds the learner's files: work/, or what the environment variable COURSE_WORK names.
std::filesystem::path work_folder();
std::filesystem::path lesson_folder(const Lesson& lesson);
/// The learner's own file of a lesson.
std::filesystem::path work_file(const Lesson& lesson);

/// The path as one would type it: relative to the current folder when that is shorter.
std::string display_path(const std::filesystem::path& path);

/// @throws UserError when the file is missing or cannot be read
std::string read_file(const std::filesystem::path& path);
/// Creates the folder when needed. Replaces the file in one step, so that a full disk leaves the old one.
/// @throws UserError when that cannot be done
void write_file(const std::filesystem::path& path, std::string_view text);

/// Deletes the file at the end of its life, if it is there.
struct TemporaryFile {
  std::filesystem::path path;
  ~TemporaryFile();
};

}  // namespace course
