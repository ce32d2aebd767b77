#include "cli/chat_input.h"

#include <cstdio>

#include "cli/output.h"
#include "cli/signals.h"
#include "cli/terminal.h"

namespace cli {
namespace {

/// A line without its end. Not std::getline, which goes on reading when Ctrl-C interrupts it.
std::optional<std::string> read_line() {
  std::string line;
  for (;;) {
    const int c = std::getc(stdin);
    if (c == '\n') break;
    if (interrupted() || (c == EOF && line.empty())) return std::nullopt;
    if (c == EOF) break;
    line += static_cast<char>(c);
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace

std::optional<std::string> read_input() {
  const bool asks = is_terminal(stdin);
  std::string text;
  for (;;) {
    if (asks) print_message(text.empty() ? "> " : ". ");
    const auto line = read_line();
    if (!line) {
      if (asks) print_message("\n");
      return std::nullopt;
    }
    text += *line;
    if (!text.ends_with('\\')) return text;
    text.back() = '\n';
  }
}

}  // namespace cli
