/// @file
/// Running another program. The implementation is per operating system.
#pragma once

#include <string>
#include <vector>

namespace emulator {

struct ProcessResult {
  bool started = false;
  int status = 0;     ///< exit status, if no signal stopped it
  int signal = 0;     ///< what stopped it; 0 for a normal end
  std::string error;  ///< why it did not start
};

struct ProcessSettings {
  std::string output = {};                    ///< file that gets its stdout; empty to leave stdout as it is
  std::string errors = {};                    ///< file that gets its stderr; empty to leave stderr as it is
  std::vector<std::string> environment = {};  ///< NAME=VALUE, in place of or beside this process's own
};

/// Runs `arguments[0]` without a shell, and waits for its end. It is a path, or a name without a slash that
/// is looked up on the PATH. Ctrl-C goes to the program, not to this process.
ProcessResult run_process(const std::vector<std::string>& arguments, const ProcessSettings& settings = {});

/// A number that no other process has at this time.
unsigned long process_number();

/// "segmentation fault" for 11 and so on.
std::string signal_name(int signal);

/// Whether stderr is a terminal, where somebody waits.
bool stderr_is_terminal();

}  // namespace emulator
