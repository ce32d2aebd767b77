/// @file
/// Behind each `__constant__` declaration, where its variables are, so that profiles can tell them from
/// global memory:
/// @code
///   __constant__ float weights[9], bias;
///       static const ::emulator::ConstantVariable emulator_constant_weights{&weights, sizeof(weights)}; ...
/// @endcode
/// Only where it is plain which names are declared: a name that is guessed wrong would not compile. Those
/// that are left out count as global memory.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "rewriter.h"

namespace emulator::translator {
namespace {

constexpr std::size_t kNone = TokenStream::kNone;

class ConstantVariables {
 public:
  explicit ConstantVariables(Rewriter& rewriter) : rewriter_(rewriter), tokens_(rewriter.tokens) {}

  /// Walks over what stands in namespaces, and past what stands in functions and classes.
  void run() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (rewriter_.vocabulary.qualifiers(tokens_[i]).constant) {
        i = note(i);
      } else if (is_open(i) && !(tokens_.is(i, "{") && opens_namespace(i))) {
        i = behind_group(i);
      }
    }
  }

 private:
  bool is_open(std::size_t i) const { return tokens_.is(i, "{") || tokens_.is(i, "(") || tokens_.is(i, "["); }
  /// The bracket that closes the group which opens at `i`.
  std::size_t behind_group(std::size_t i) const {
    return tokens_.partner(i) == kNone ? i : tokens_.partner(i);
  }

  std::size_t begin_of_statement(std::size_t i) const {
    while (i > 0 && !tokens_.is(i - 1, ";") && !tokens_.is(i - 1, "{") && !tokens_.is(i - 1, "}")) --i;
    return i;
  }

  bool opens_namespace(std::size_t brace) const {
    const std::size_t begin = begin_of_statement(brace);
    for (std::size_t i = begin; i < brace; ++i) {
      if (tokens_.is(i, "namespace")) return true;
    }
    return brace == begin + 2 && tokens_.is(begin, "extern");  // extern "C" {
  }

  /// @return the last token of the declaration
  std::size_t note(std::size_t qualifier) {
    std::size_t end = qualifier;
    while (end < tokens_.size() && !tokens_.is(end, ";")) {
      if (tokens_.is(end, "}")) return end;
      end = (is_open(end) ? behind_group(end) : end) + 1;
    }
    const std::size_t begin = begin_of_statement(qualifier);
    if (end >= tokens_.size() || !is_definition(begin, end)) return std::min(end, tokens_.size() - 1);
    std::string behind;
    for (std::size_t next = begin; next < end; ++next) {
      const Declarator declarator = read_declarator(next, end, next == begin);
      if (declarator.name != kNone) {
        behind += fmt::format(
            " static const ::emulator::ConstantVariable emulator_constant_{0}{{&{0}, sizeof({0})}};",
            tokens_[declarator.name].text);
      }
      next = next_comma(declarator.name_end, end);
    }
    if (!behind.empty()) rewriter_.edits.insert(tokens_[end].end(), behind);
    return end;
  }

  bool is_definition(std::size_t begin, std::size_t end) const {
    for (std::size_t i = begin; i < end; ++i) {
      if (tokens_.is(i, "template") || tokens_.is(i, "extern") || tokens_.is(i, "typedef") ||
          rewriter_.vocabulary.qualifiers(tokens_[i]).is_extern) {
        return false;
      }
      if (is_open(i)) i = behind_group(i);
    }
    return true;
  }

  struct Declarator {
    std::size_t name = kNone;  ///< kNone if it is not plain what is declared
    std::size_t name_end;      ///< what may follow a name: brackets, an initial value, a comma
  };

  /// Reads one name, with the specifiers before it if it is the first.
  Declarator read_declarator(std::size_t begin, std::size_t end, bool is_first) const {
    std::size_t name = kNone, words = 0;
    std::size_t behind_name = kNone;  // and behind the attributes that follow it
    std::size_t i = begin;
    for (; i < end && !tokens_.is(i, ",") && !tokens_.is(i, "="); ++i) {
      if (takes_parentheses(i) && tokens_.is(i + 1, "(")) {
        const bool follows_name = behind_name == i;
        words += names_type(i);
        i = behind_group(i + 1);
        if (follows_name) behind_name = i + 1;
      } else if (tokens_.is_identifier(i)) {
        if (is_specifier(i)) continue;
        name = i;
        behind_name = i + 1;
        ++words;
      } else if (tokens_.is(i, "<")) {
        const std::size_t close = tokens_.closing_angle(i, end);
        if (close == kNone) break;
        i = close;
      } else if (tokens_.is(i, "[") && tokens_.is(i + 1, "[")) {  // [[maybe_unused]]
        const bool follows_name = behind_name == i;
        i = behind_group(i);
        if (follows_name) behind_name = i + 1;
      } else if (tokens_.is(i, "{") && is_first && defines_type(begin, i)) {
        i = behind_group(i);
        ++words;
      } else if (is_open(i)) {
        break;
      }
    }
    const bool has_type = is_first ? words >= 2 : words == 1;
    if (name == kNone || behind_name != i || !has_type) return {kNone, i};
    if (name > begin && tokens_.is(name - 1, "::")) return {kNone, i};  // of a class
    if (rewriter_.vocabulary.is_function_like_macro(tokens_[name])) return {kNone, i};
    if (tokens_.is(i, "(")) {  // an initial value, or a macro that nobody knows
      const std::size_t behind = behind_group(i) + 1;
      if (behind != end && !tokens_.is(behind, ",")) return {kNone, i};
    }
    return {name, i};
  }

  bool takes_parentheses(std::size_t i) const {
    return tokens_.is(i, "alignas") || tokens_.is(i, "__align__") || tokens_.is(i, "__builtin_align__") ||
           tokens_.is(i, "__attribute__") || names_type(i);
  }
  bool names_type(std::size_t i) const { return tokens_.is(i, "decltype") || tokens_.is(i, "__typeof__"); }

  bool is_specifier(std::size_t i) const {
    const Qualifiers word = rewriter_.vocabulary.qualifiers(tokens_[i]);
    return word.constant || word.device || tokens_.is(i, "const") || tokens_.is(i, "volatile") ||
           tokens_.is(i, "static") || tokens_.is(i, "inline") || tokens_.is(i, "constexpr") ||
           tokens_.is(i, "__restrict__");
  }

  /// Whether a brace is the body of a structure, and not the initial value of a variable.
  bool defines_type(std::size_t begin, std::size_t brace) const {
    for (std::size_t i = begin; i < brace; ++i) {
      if (tokens_.is(i, "struct") || tokens_.is(i, "class") || tokens_.is(i, "union") ||
          tokens_.is(i, "enum")) {
        return brace - i <= 2 || tokens_.is(i + 2, ":");
      }
    }
    return false;
  }

  /// The next comma between declarators. One in what may be template arguments is none: better to miss a name
  /// than to invent one.
  std::size_t next_comma(std::size_t i, std::size_t end) const {
    for (; i < end && !tokens_.is(i, ","); ++i) {
      if (is_open(i)) {
        i = behind_group(i);
      } else if (tokens_.is(i, "<")) {
        if (const std::size_t close = tokens_.closing_angle(i, end); close != kNone) i = close;
      }
    }
    return i;
  }

  Rewriter& rewriter_;
  const TokenStream& tokens_;
};

}  // namespace

void rewrite_constant_variables(Rewriter& rewriter) {
  if (rewriter.functions) ConstantVariables(rewriter).run();
}

}  // namespace emulator::translator
