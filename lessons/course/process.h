/// @file
/// Running other programs: the compiler, a learner's check, mini_llm.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace course {

struct Command {
  std::vector<std::string> arguments;              ///< program first; looked up in PATH when it has no '/'
  std::map<std::string, std::string> environment;  ///< added to this program's own
};

struct ProcessResult {
  int exit_code = 0;  ///< meaningful when signal is 0 and timed_out is false
  int signal = 0;     ///< the signal that ended the program, e.g. SIGSEGV
  bool timed_out = false;
  bool succeeded() const { return exit_code == 0 && signal == 0 && !timed_out; }
};

/// Takes pieces of output as they come: whole lines with their '\n', or a part when the program pauses in a
/// line.
using OutputSink = std::function<void(std::string_view)>;

/// Runs the command with stdout and stderr together going to `sink`; ends it and its children after
/// `timeout_s` seconds (0: never).
/// @throws UserError when the program cannot be started
/// @throws Interrupted when a request to end came; the command and its children are ended too
ProcessResult run_captured(const Command& command, const OutputSink& sink, int timeout_s = 0);

/// Runs the command on this program's own stdin, stdout and stderr.
/// @throws UserError when the program cannot be started
ProcessResult run_passing_through(const Command& command);

/// What a short command prints, "" when it is not installed or fails.
std::string output_of(const std::vector<std::string>& arguments);

/// "a segmentation fault", "an arithmetic error" ... for a learner.
std::string describe_signal(int signal);

/// Held while alive: keeps other processes out that lock the same file.
class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& file);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace course
