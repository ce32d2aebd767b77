/// @file
/// `__noinline__ float f()` becomes `__attribute__((noinline)) float f()`. A macro of that name cannot do it:
/// the C++ library spells an attribute so.
#include "rewriter.h"

namespace emulator::translator {

void rewrite_noinline(Rewriter& rewriter) {
  const TokenStream& tokens = rewriter.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens.is(i, "__noinline__")) continue;
    // Within __attribute__((...)) or [[gnu::...]] the compiler knows it.
    const bool in_attribute =
        i > 0 && (tokens.is(i - 1, "(") || tokens.is(i - 1, ",") || tokens.is(i - 1, "::"));
    if (!in_attribute) rewriter.edits.replace(tokens[i], "__attribute__((noinline))");
  }
}

}  // namespace emulator::translator
