/// @file
/// Loops of device code tell the profile which iteration a thread is in; see emulator/loop_scope.h:
/// @code
///   for (A; B; C) body        for (LoopScope loop; loop.once();) for (A; loop.next() && (B); C) body
///   for (A : B) { body }      for (LoopScope loop; loop.once();) for (A : B) { loop.next(); body }
///   while (B) body            for (LoopScope loop; loop.once();) while (loop.next() && (B)) body
///   do { body } while (B);    for (LoopScope loop; loop.once();) do { loop.next(); body } while (B);
/// @endcode
/// `break` and `continue` stay in the inner loop, and whatever leaves both destroys the scope. A loop that is
/// not surely understood stays as it is: its accesses are still counted, only their iterations are not told
/// apart.
#include <fmt/format.h>

#include <array>

#include "rewriter.h"

namespace emulator::translator {
namespace {

constexpr std::size_t kNone = TokenStream::kNone;

class LoopMarker {
 public:
  explicit LoopMarker(Rewriter& rewriter) : tokens_(rewriter.tokens), edits_(rewriter.edits) {}

  void mark(const Function& function) {
    if (is_constant_expression(function) || holds(function.body_begin, function.body_end, "goto")) return;
    for (std::size_t i = function.body_begin + 1; i < function.body_end; ++i) {
      if (tokens_.is(i, "for") && tokens_.is(i + 1, "(")) {
        mark_for(i);
      } else if (tokens_.is(i, "while") && tokens_.is(i + 1, "(") && !ends_do(tokens_, i)) {
        mark_while(i);
      } else if (tokens_.is(i, "do") && tokens_.is(i + 1, "{")) {
        mark_do(i);
      }
    }
  }

 private:
  void mark_for(std::size_t word) {
    const std::size_t open = word + 1, close = tokens_.partner(open);
    if (close == kNone || is_entered_by_case(close + 1)) return;
    std::array<std::size_t, 2> semicolons{};
    std::size_t count = 0;
    bool has_colon = false;
    each_outermost(open + 1, close, [&](std::size_t i) {
      if (tokens_.is(i, ";")) {
        if (count < 2) semicolons[count] = i;
        ++count;
      }
      has_colon |= tokens_.is(i, ":");
    });
    if (count == 2) {
      if (!mark_condition(word, semicolons[0] + 1, semicolons[1])) return;
    } else if (count < 2 && has_colon && tokens_.is(close + 1, "{")) {
      mark_body(word, close + 1);
    } else {
      return;
    }
    open_scope(word);
  }

  void mark_while(std::size_t word) {
    const std::size_t close = tokens_.partner(word + 1);
    if (close == kNone || is_entered_by_case(close + 1)) return;
    if (mark_condition(word, word + 2, close)) open_scope(word);
  }

  void mark_do(std::size_t word) {
    const std::size_t close = tokens_.partner(word + 1);
    if (close == kNone || !tokens_.is(close + 1, "while") || is_entered_by_case(word + 1)) return;
    mark_body(word, word + 1);
    open_scope(word);
  }

  /// The condition between two tokens, without them; false if it declares a variable.
  bool mark_condition(std::size_t word, std::size_t begin, std::size_t end) {
    if (begin == end) {
      edits_.insert(tokens_[end].offset, fmt::format("{}.next()", name(word)));
      return true;
    }
    bool declares = false;
    each_outermost(begin, end, [&](std::size_t i) {
      if (!tokens_.is(i, "=") && !tokens_.is(i, "{")) return;
      // "T x = ...", "T* x = ...", "auto& [a, b] = ..." and not "x = ...", "a[i] = ...", "*x = ...".
      std::size_t before = i - 1;
      const bool bracket = tokens_.is(before, "]") && tokens_.partner(before) != kNone;
      if (bracket) before = tokens_.partner(before);
      if (before <= begin || !(bracket || tokens_.is_identifier(before))) return;  // "+="
      const Token& type = tokens_[before - 1];
      declares |= bracket
                      ? type.is("auto") || type.is("&") || type.is("&&")
                      : type.is_identifier() || type.is(">") || type.is("*") || type.is("&") || type.is("&&");
    });
    if (declares) return false;
    edits_.insert(tokens_[begin].offset, fmt::format("{}.next() && (", name(word)));
    edits_.insert(tokens_[end].offset, ")");
    return true;
  }

  void mark_body(std::size_t word, std::size_t brace) {
    edits_.insert(tokens_[brace].end(), fmt::format(" {}.next();", name(word)));
  }

  void open_scope(std::size_t word) {
    edits_.insert(tokens_[word].offset, fmt::format("for (::emulator::LoopScope {0}({1}); {0}.once();) ",
                                                    name(word), tokens_[word].line));
  }

  /// Loops within each other have names of their own.
  std::string name(std::size_t word) const { return fmt::format("emulator_loop_{}", tokens_[word].offset); }

  /// A `case` of a `switch` around the loop cannot jump over the scope's declaration.
  bool is_entered_by_case(std::size_t body) const {
    const std::size_t end = tokens_.is(body, "{") ? tokens_.partner(body) : kNone;
    if (end == kNone) return tokens_.is(body, "case") || tokens_.is(body, "switch");
    return holds(body, end, "case") && !holds(body, end, "switch");
  }

  bool holds(std::size_t begin, std::size_t end, std::string_view word) const {
    for (std::size_t i = begin; i < end; ++i) {
      if (tokens_.is(i, word)) return true;
    }
    return false;
  }

  /// A constexpr function has no room for a variable with a destructor.
  bool is_constant_expression(const Function& function) const {
    for (std::size_t i = function.parameters_begin; i > 0; --i) {
      const Token& token = tokens_[i - 1];
      if (token.is(";") || token.is("}") || token.is("{")) return false;
      if (token.is("constexpr") || token.is("consteval")) return true;
    }
    return false;
  }

  template <class Visit>
  void each_outermost(std::size_t begin, std::size_t end, Visit visit) const {
    for (std::size_t i = begin; i < end; ++i) {
      visit(i);
      const bool bracket = tokens_.is(i, "(") || tokens_.is(i, "[") || tokens_.is(i, "{");
      if (bracket && tokens_.partner(i) != kNone) i = tokens_.partner(i);
    }
  }

  const TokenStream& tokens_;
  Edits& edits_;
};

}  // namespace

void rewrite_device_loops(Rewriter& rewriter) {
  if (!rewriter.functions) return;
  LoopMarker marker(rewriter);
  for (const Function& function : rewriter.functions->all()) {
    if (function.on_device()) marker.mark(function);
  }
}

}  // namespace emulator::translator
