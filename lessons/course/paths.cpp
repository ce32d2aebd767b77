#include "paths.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include "errors.h"

namespace fs = std::filesystem;

namespace course {

fs::path root_folder() { return PROJECT_ROOT_DIR; }
fs::path build_folder() { return BUILD_DIR; }
fs::path program(std::string_view name) { return build_folder() / "bin" / name; }

fs::path work_folder() {
  const char* elsewhere = std::getenv("COURSE_WORK");
  return elsewhere != nullptr && *elsewhere != '\0' ? fs::path(elsewhere) : root_folder() / "work";
}

fs::path lesson_folder(const Lesson& lesson) { return root_folder() / "lessons" / lesson.folder(); }
fs::path work_file(const Lesson& lesson) { return work_folder() / (lesson.folder() + ".cu"); }

std::string display_path(const fs::path& path) {
  std::error_code error;
  const fs::path relative = fs::relative(path, fs::current_path(error), error);
  if (error || relative.empty()) return path.string();
  return relative.string().size() < path.string().size() ? relative.string() : path.string();
}

std::string read_file(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) throw UserError(fmt::format("there is no file {}", display_path(path)));
  if (!fs::is_regular_file(path, error)) {
    throw UserError(fmt::format("{} is not a file; name a .cu file", display_path(path)));
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf() || file.peek() == std::ifstream::traits_type::eof())) {
    throw UserError(fmt::format("{} cannot be read; check its permissions", display_path(path)));
  }
  return text.str();
}

void write_file(const fs::path& path, std::string_view text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  const fs::path temporary = path.string() + ".new";
  bool written = false;
  {
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    written = file && file.write(text.data(), static_cast<std::streamsize>(text.size())) && file.flush();
  }
  if (written) fs::rename(temporary, path, error);
  if (!written || error) {
    const std::string reason = error ? error.message() : std::strerror(errno);
    fs::remove(temporary, error);
    throw UserError(
        fmt::format("{} cannot be written ({}); check the permissions of {} and the space on its disk",
                    display_path(path), reason, display_path(path.parent_path())));
  }
}

TemporaryFile::~TemporaryFile() {
  std::error_code error;
  fs::remove(path, error);
}

}  // namespace course
