#include "program_runner.h"

#include <fstream>
#include <random>

#include "paths.h"
#include "process.h"

namespace fs = std::filesystem;

WorkFolder::WorkFolder() {
  std::random_device random;
  path_ = fs::temp_directory_path() / ("course test " + std::to_string(random()));
  fs::create_directory(path_);
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path WorkFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
  return path_ / name;
}

Outcome WorkFolder::course(const std::vector<std::string>& arguments,
                           std::map<std::string, std::string> environment) const {
  std::vector<std::string> command{course::program("course").string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  environment["COURSE_WORK"] = path_.string();
  return run_program(command, environment);
}

Outcome run_program(const std::vector<std::string>& command,
                    const std::map<std::string, std::string>& environment) {
  Outcome outcome;
  const course::ProcessResult result = course::run_captured(
      {command, environment}, [&](std::string_view piece) { outcome.output += piece; }, 500);
  outcome.exit_code = result.signal == 0 && !result.timed_out ? result.exit_code : -1;
  return outcome;
}
