#pragma once

#include <chrono>
#include <stdexcept>
#include <string_view>

namespace cli {

/// The reader of standard output closed it (`mini_llm run ... | head`): stop, without complaint.
class ReaderGone : public std::exception {};

/// Standard output cannot be written, for example because the disk is full. The message is for the user.
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes text to standard output at once, so that it appears as it is made.
/// @throws ReaderGone, OutputError
void print(std::string_view text);

/// As print, for text that a model made: where standard output is a terminal, control characters other than
/// line breaks and tabs are left out, because they could move the cursor or change the terminal's settings.
void print_untrusted(std::string_view text);

/// Writes text to standard error. A failure is ignored: there is nowhere left to report it.
void print_message(std::string_view text) noexcept;

/// One line on standard error that is overwritten by the next; nothing where standard error is not a
/// terminal, and nothing in its first 0.3 seconds: what is done by then needs none.
class ProgressLine {
 public:
  ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { clear(); }

  void show(std::string_view text);
  void clear();

 private:
  bool on_terminal_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  bool shown_ = false;
};

}  // namespace cli
