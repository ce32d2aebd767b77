#include "rewriter.h"

namespace emulator::translator {

bool ends_do(const TokenStream& tokens, std::size_t loop) {
  if (loop == 0) return false;
  std::size_t begin = loop - 1;
  if (tokens.is(begin, "}")) {
    const std::size_t open = tokens.partner(begin);
    return open != TokenStream::kNone && open > 0 && tokens.is(open - 1, "do");
  }
  if (!tokens.is(begin, ";")) return false;
  // `do statement; while (...)`: the statement begins behind the one before it.
  while (begin > 0 && !tokens.is(begin - 1, ";") && !tokens.is(begin - 1, "{") &&
         !tokens.is(begin - 1, "}")) {
    --begin;
  }
  return tokens.is(begin, "do");
}

void rewrite_spin_loops(Rewriter& rewriter) {
  const TokenStream& tokens = rewriter.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens.is(i, "while") || !tokens.is(i + 1, "(")) continue;
    const Function* function = rewriter.enclosing(i);
    const std::size_t close = tokens.partner(i + 1);
    if (!function || !function->on_device() || close == TokenStream::kNone || ends_do(tokens, i)) continue;
    const bool empty_block = tokens.is(close + 1, "{") && tokens.partner(close + 1) == close + 2;
    if (!empty_block && !tokens.is(close + 1, ";")) continue;
    const char* const yield = "::emulator::yield_thread(::emulator::CodeLine::here());";
    if (empty_block) {
      rewriter.edits.insert(tokens[close + 2].offset, yield);
    } else {
      rewriter.edits.replace(tokens[close + 1], yield);
    }
  }
}

}  // namespace emulator::translator
