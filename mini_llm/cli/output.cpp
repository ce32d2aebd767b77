#include "cli/output.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "cli/terminal.h"

namespace cli {
namespace {

/// `text` without control characters, except line breaks and tabs. Expects whole UTF-8 characters.
std::string without_controls(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F;
    // U+0080 to U+009F, the second set of control characters: C2 80 to C2 9F
    const bool control_2 =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (control_2) ++i;
    if (!control && !control_2) result += static_cast<char>(byte);
  }
  return result;
}

}  // namespace

void print(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
  if (errno == EPIPE) throw ReaderGone();
  throw OutputError(
      fmt::format("cannot write to standard output: {}.", std::generic_category().message(errno)));
}

void print_untrusted(std::string_view text) {
  if (is_terminal(stdout)) {
    print(without_controls(text));
  } else {
    print(text);
  }
}

void print_message(std::string_view text) noexcept {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

ProgressLine::ProgressLine() : on_terminal_(is_terminal(stderr)) {}

void ProgressLine::show(std::string_view text) {
  if (!on_terminal_ || std::chrono::steady_clock::now() - start_ < std::chrono::milliseconds(300)) return;
  print_message(fmt::format("\r{}\x1b[K", text));  // "erase to the end of the line"
  shown_ = true;
}

void ProgressLine::clear() {
  if (shown_) show("\r");
  shown_ = false;
}

}  // namespace cli
