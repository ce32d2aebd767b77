/// @file
/// The course program while it runs: a test reacts to what it prints.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "program_runner.h"

class RunningCourse {
 public:
  RunningCourse(const WorkFolder& work, std::vector<std::string> arguments)
      : work_(work), arguments_(std::move(arguments)) {}

  /// Once the output holds `text` behind what earlier reactions waited for, `reaction` is done.
  void when(const std::string& text, std::function<void()> reaction);
  /// Sends SIGINT, as Ctrl-C does.
  void interrupt_when(const std::string& text);

  /// Starts the program and returns at its end. It is killed when that takes more than minutes.
  Outcome wait();
  pid_t process() const { return process_; }

 private:
  void react();

  const WorkFolder& work_;
  std::vector<std::string> arguments_;
  std::vector<std::pair<std::string, std::function<void()>>> reactions_;
  std::size_t next_ = 0;  ///< of reactions_
  std::size_t seen_ = 0;  ///< of the output
  pid_t process_ = 0;
  Outcome outcome_;
};
