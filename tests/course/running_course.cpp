#include "running_course.h"

#include <csignal>

#include "paths.h"
#include "process.h"

void RunningCourse::when(const std::string& text, std::function<void()> reaction) {
  reactions_.emplace_back(text, std::move(reaction));
}

void RunningCourse::interrupt_when(const std::string& text) {
  when(text, [this] { ::kill(process_, SIGINT); });
}

void RunningCourse::react() {
  while (next_ < reactions_.size()) {
    const auto& [text, reaction] = reactions_[next_];
    const std::size_t at = outcome_.output.find(text, seen_);
    if (at == std::string::npos) return;
    seen_ = at + text.size();
    ++next_;
    reaction();
  }
}

Outcome RunningCourse::wait() {
  // The shell says its process id, and the program takes its place.
  std::vector<std::string> command{"sh", "-c", "echo $$; exec \"$@\"", "sh",
                                   course::program("course").string()};
  command.insert(command.end(), arguments_.begin(), arguments_.end());
  const course::ProcessResult result = course::run_captured(
      // No program is stopped for taking long: what ends it here is the signal.
      {command, {{"COURSE_WORK", work_.path().string()}, {"COURSE_CHECK_TIMEOUT", "3600"}}},
      [&](std::string_view piece) {
        if (process_ == 0) {
          process_ = static_cast<pid_t>(std::stol(std::string(piece)));
          return;
        }
        outcome_.output += piece;
        react();
      },
      400);
  outcome_.exit_code = result.signal == 0 && !result.timed_out ? result.exit_code : -1;
  return outcome_;
}
