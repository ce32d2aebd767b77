// ./course watch: checks the learner's file again whenever it is saved.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <thread>

#include "commands.h"
#include "errors.h"
#include "interrupt.h"
#include "paths.h"

namespace fs = std::filesystem;

namespace course {
namespace {

// Looking is done by polling: events of the file system are missing on network folders, in containers and on
// Windows drives under Linux, and a look at one small file costs nothing.
constexpr std::chrono::milliseconds kBetweenLooks{300};

/// What tells one save from the next. The time alone would not: some file systems count in seconds.
struct Saved {
  fs::file_time_type time;
  std::uintmax_t bytes = 0;
  std::size_t content = 0;  ///< a hash
  bool operator==(const Saved&) const = default;
};

/// Nothing while the file is away: many editors save by moving the old file out of the way.
std::optional<Saved> look_at(const fs::path& file) {
  try {
    std::error_code error;
    const fs::file_time_type time = fs::last_write_time(file, error);
    if (error) return std::nullopt;
    const std::string text = read_file(file);
    return Saved{time, text.size(), std::hash<std::string>()(text)};
  } catch (const UserError&) {
    return std::nullopt;
  }
}

std::string time_of_day() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  char text[16];
  std::strftime(text, sizeof text, "%H:%M:%S", std::localtime(&now));
  return text;
}

void begin_page(int number) {
  const char* terminal = std::getenv("TERM");
  const bool clears =
      ::isatty(STDOUT_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
  if (clears) {
    fmt::print("\033[H\033[2J");
  } else if (number > 1) {
    fmt::print("\n{:-<80}\n", "");
  }
  fmt::print("{}  check {}\n\n", time_of_day(), number);
  std::fflush(stdout);
}

void check_once(const std::string& lesson, const CheckOptions& options) {
  try {
    check_lesson(lesson, options);
  } catch (const std::exception& error) {
    fmt::print("course: {}.\n", error.what());
  }
}

void say(const std::string& text) {
  fmt::print("\n{}  {}\n", time_of_day(), text);
  std::fflush(stdout);
}

}  // namespace

int watch_lesson(const std::string& lesson, const CheckOptions& options) {
  const fs::path file = file_to_check(lesson, options);
  read_file(file);  // for the message when there is none yet
  const std::string shown = display_path(file);
  const InterruptHandler interrupts;
  std::optional<Saved> checked, seen;
  bool missed = false;  // the learner has been told that the file is away
  int number = 0;
  try {
    for (;; std::this_thread::sleep_for(kBetweenLooks)) {
      InterruptHandler::throw_if_arrived();
      const std::optional<Saved> now = look_at(file);
      // An editor may be in the middle of writing: what counts is what two looks find alike.
      const bool settled = now == seen;
      seen = now;
      if (!settled) continue;
      if (!now) {
        if (!missed) say(shown + " is not there any more, or cannot be read; waiting for it.");
        missed = true;
      } else if (missed || now != checked) {
        missed = false;
        checked = now;
        begin_page(++number);
        check_once(lesson, options);
        say(fmt::format("Watching {}: save it to check it again, Ctrl-C ends.", shown));
      }
    }
  } catch (const Interrupted&) {
    say(fmt::format("No longer watching {}. Checks: {}.", shown, number));
  }
  return kDone;
}

}  // namespace course
