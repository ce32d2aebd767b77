#include "rewriter.h"

#include <fmt/format.h>

namespace emulator::translator {

std::string string_literal(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  result += '"';
  return result;
}

std::string refusal(const std::string& sentence) { return "emulated GPU: " + sentence; }

void refuse(Edits& edits, const Token& token, const std::string& sentence) {
  // The preprocessor itself carries out this pragma, so a place that an #if removes refuses nothing.
  edits.insert(token.offset,
               fmt::format(" _Pragma({}) ",
                           string_literal(fmt::format("GCC error {}", string_literal(refusal(sentence))))));
}

}  // namespace emulator::translator
