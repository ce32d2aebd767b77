/// @file
/// Where threads leave a kernel, for messages about those that others wait for:
/// @code
///   if (i >= n) return;      if (i >= n) return ::emulator::leave_kernel();
///   }                        ::emulator::leave_kernel();}
/// @endcode
/// A `return` that is not surely the kernel's own stays as it is, so the message names no line rather than a
/// wrong one: in parentheses, which may be a macro's, and in braces that may belong to a lambda, a class or a
/// macro.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rewriter.h"

namespace emulator::translator {
namespace {

constexpr std::size_t kNone = TokenStream::kNone;

// `if (...) {` and the others whose braces hold statements of the function around them.
constexpr std::array<std::string_view, 6> kControl = {"if", "for", "while", "switch", "catch", "constexpr"};

/// True if the '{' begins a block of statements, and not the body of a lambda or class or an initial value.
bool opens_statements(const TokenStream& tokens, std::size_t brace) {
  std::size_t before = brace - 1;
  while (tokens.is(before, "]")) {  // [[likely]], while [captures] are a lambda's
    const std::size_t open = tokens.partner(before);
    if (open == kNone || open == 0 || !tokens.is(open + 1, "[")) return false;
    before = open - 1;
  }
  if (tokens.is(before, ")")) {
    const std::size_t open = tokens.partner(before);
    if (open == kNone || open == 0) return false;
    return std::find(kControl.begin(), kControl.end(), tokens[open - 1].text) != kControl.end();
  }
  return tokens.is(before, ";") || tokens.is(before, "{") || tokens.is(before, "}") ||
         tokens.is(before, ":") || tokens.is(before, "else") || tokens.is(before, "do") ||
         tokens.is(before, "try");
}

class ExitMarker {
 public:
  explicit ExitMarker(Rewriter& rewriter) : tokens_(rewriter.tokens), edits_(rewriter.edits) {}

  void mark(const Function& kernel) {
    for (std::size_t i = kernel.body_begin + 1; i < kernel.body_end; ++i) {
      const bool bracket =
          tokens_.is(i, "(") || tokens_.is(i, "[") || (tokens_.is(i, "{") && !opens_statements(tokens_, i));
      if (bracket && tokens_.partner(i) != kNone) {
        i = tokens_.partner(i);
      } else if (tokens_.is(i, "return")) {
        i = mark_return(i, kernel.body_end);
      }
    }
    edits_.insert(tokens_[kernel.body_end].offset, "::emulator::leave_kernel();");
  }

 private:
  /// Returns the index of the statement's ';'.
  std::size_t mark_return(std::size_t word, std::size_t limit) {
    std::size_t end = word + 1;
    while (end < limit && !tokens_.is(end, ";")) {
      const bool bracket = tokens_.is(end, "(") || tokens_.is(end, "[") || tokens_.is(end, "{");
      end = bracket && tokens_.partner(end) != kNone ? tokens_.partner(end) + 1 : end + 1;
    }
    if (end >= limit) return word;
    if (end == word + 1) {
      edits_.insert(tokens_[word].end(), " ::emulator::leave_kernel()");
    } else {
      // `return f();`, where f returns nothing either. The thread leaves behind it, on the line of `return`.
      edits_.insert(tokens_[end].offset,
                    fmt::format(", ::emulator::leave_kernel({{__FILE__, __LINE__ - {}}})",
                                tokens_[end].line - tokens_[word].line));
    }
    return end;
  }

  const TokenStream& tokens_;
  Edits& edits_;
};

}  // namespace

void rewrite_kernel_exits(Rewriter& rewriter) {
  if (!rewriter.functions) return;
  ExitMarker marker(rewriter);
  for (const Function& function : rewriter.functions->all()) {
    if (function.qualifiers.global) marker.mark(function);
  }
}

}  // namespace emulator::translator
