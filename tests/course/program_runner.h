/// @file
/// Runs the course program as a learner does, in a work folder of its own.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

struct Outcome {
  int exit_code = 0;   ///< -1 when a signal or a timeout ended it
  std::string output;  ///< stdout and stderr
  bool says(const std::string& text) const { return output.find(text) != std::string::npos; }
};

/// An empty folder whose name has a space in it; removed at the end.
class WorkFolder {
 public:
  WorkFolder();
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, const std::string& text) const;

  /// Runs the course program with this folder as the learner's.
  Outcome course(const std::vector<std::string>& arguments,
                 std::map<std::string, std::string> environment = {}) const;

 private:
  std::filesystem::path path_;
};

Outcome run_program(const std::vector<std::string>& command,
                    const std::map<std::string, std::string>& environment);
