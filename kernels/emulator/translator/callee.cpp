#include "callee.h"

#include <fmt/format.h>

#include <optional>

namespace emulator::translator {
namespace {

constexpr std::size_t kNone = TokenStream::kNone;

bool is_keyword_before_expression(const Token& token) {
  return token.is("return") || token.is("else") || token.is("do") || token.is("if") || token.is("while") ||
         token.is("for") || token.is("switch") || token.is("case") || token.is("co_return") ||
         token.is("throw");
}

/// How many commas separate things between two tokens, outside of brackets and template arguments; as
/// arguments. Nothing if that cannot be told.
std::optional<std::size_t> count_arguments(const TokenStream& tokens, std::size_t open, std::size_t close) {
  if (close == kNone) return std::nullopt;
  if (close == open + 1) return 0;
  std::size_t count = 1;
  for (std::size_t i = open + 1; i < close; ++i) {
    if (tokens.is(i, "...")) return std::nullopt;
    if (tokens.is(i, ",")) ++count;
    if (tokens.is(i, "<")) {
      const std::size_t angle = tokens.closing_angle(i, close);
      // static_cast<T>(x) and f<A, B>(x), not a < b
      if (angle != kNone &&
          (tokens.is(angle + 1, "(") || tokens.is(angle + 1, "::") || tokens.is(angle + 1, "{"))) {
        i = angle;
      }
    }
    if ((tokens.is(i, "(") || tokens.is(i, "[") || tokens.is(i, "{")) && tokens.partner(i) != kNone) {
      i = tokens.partner(i);
    }
  }
  return count;
}

/// True if the callee names one kernel whose parameter types `decltype` can tell, and the launch gives all of
/// them.
bool names_known_kernel(const Rewriter& rewriter, std::size_t callee, std::size_t open, std::size_t arguments,
                        std::size_t arguments_end) {
  const TokenStream& tokens = rewriter.tokens;
  std::size_t name = open - 1;
  std::size_t template_arguments = 0;
  if (tokens.is(name, ">")) {
    const std::size_t angle = tokens.opening_angle(name);
    if (angle == kNone || angle == 0) return false;
    template_arguments = 1;
    for (std::size_t i = angle + 1, depth = 0; i < name; ++i) {
      if (tokens.is(i, "...")) return false;
      if (tokens.is(i, "<")) ++depth;
      if (tokens.is(i, ">") && depth > 0) --depth;
      if (tokens.is(i, ",") && depth == 0) ++template_arguments;
      if (tokens.is(i, "(") && tokens.partner(i) != kNone) i = tokens.partner(i);
    }
    name = angle - 1;
  }
  if (!tokens.is_identifier(name) || (tokens.in_macro() && tokens.is_macro_parameter(tokens[name])))
    return false;
  if (name > callee && !tokens.is(name - 1, "::")) return false;  // a member, or pasted together
  const KernelSignature* kernel = rewriter.kernels.find(tokens[name].text);
  if (kernel == nullptr || kernel->template_parameters != template_arguments) return false;
  if (!rewriter.kernels.is_unambiguous(tokens[name].text)) return false;
  return count_arguments(tokens, arguments, arguments_end) == kernel->parameter_count;
}

/// True for members, subscripts, dereferences, calls, and names of variables. Not in macros, where a
/// parameter in parentheses may be anything.
bool is_value(const Rewriter& rewriter, std::size_t callee, std::size_t open) {
  const TokenStream& tokens = rewriter.tokens;
  if (tokens.in_macro()) return false;
  if (open - callee == 1) return rewriter.functions != nullptr && rewriter.functions->is_variable(callee);
  for (std::size_t i = callee; i < open; ++i) {
    if (tokens.is(i, ".") || tokens.is(i, "->") || tokens.is(i, "[")) return true;
    if (tokens.is(i, "(")) {
      const bool is_macro = i > callee && rewriter.vocabulary.is_function_like_macro(tokens[i - 1]);
      return !is_macro && (i > callee || tokens.is(i + 1, "*"));
    }
    if (tokens.is(i, "<")) {
      const std::size_t angle = tokens.closing_angle(i, open);
      if (angle != kNone) i = angle;
    }
  }
  return false;
}

}  // namespace

// Walks back over a postfix expression: names with ::, . and ->, template arguments, calls, subscripts,
/// macro pasting.
std::size_t find_callee(const TokenStream& tokens, std::size_t open) {
  std::size_t begin = open;
  bool needs_operand = true;  // what is to the left of :: . -> ## and of brackets that follow a name
  while (begin > 0) {
    const std::size_t i = begin - 1;
    const Token& token = tokens[i];
    if (token.is("template") && i > 0 &&
        (tokens.is(i - 1, "::") || tokens.is(i - 1, ".") || tokens.is(i - 1, "->"))) {
      begin = i;
      needs_operand = false;
    } else if (token.is_identifier()) {
      if (!needs_operand || is_keyword_before_expression(token)) break;
      begin = i;
      needs_operand = false;
    } else if (token.is("::") || token.is(".") || token.is("->") || token.is("##")) {
      if (needs_operand && begin != open) break;
      begin = i;
      needs_operand = true;
      // A leading :: has nothing before it.
      if (token.is("::") && (i == 0 || !(tokens[i - 1].is_identifier() || tokens.is(i - 1, ">")) ||
                             is_keyword_before_expression(tokens[i - 1]))) {
        break;
      }
    } else if (token.is(">") && needs_operand) {
      const std::size_t angle = tokens.opening_angle(i);
      if (angle == kNone) break;
      begin = angle;
    } else if ((token.is(")") || token.is("]")) && needs_operand) {
      const std::size_t partner = tokens.partner(i);
      if (partner == kNone) break;
      begin = partner;
      // "(*pointer)" is complete; "name(x)" and "table[i]" have a name before them.
      const bool continues = partner > 0 &&
                             (tokens[partner - 1].is_identifier() || tokens.is(partner - 1, "]") ||
                              tokens.is(partner - 1, ")") || tokens.is(partner - 1, ">")) &&
                             !is_keyword_before_expression(tokens[partner - 1]);
      if (token.is(")") && (!continues || !tokens[partner - 1].is_identifier())) {
        needs_operand = false;
        break;
      }
    } else {
      break;
    }
  }
  return begin;
}

CalleeKind classify_callee(const Rewriter& rewriter, std::size_t callee, std::size_t open,
                           std::size_t arguments, std::size_t arguments_end) {
  if (is_value(rewriter, callee, open)) return CalleeKind::kValue;
  return names_known_kernel(rewriter, callee, open, arguments, arguments_end) ? CalleeKind::kKernel
                                                                              : CalleeKind::kUnknown;
}

std::string joined(const TokenStream& tokens, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) {
    const bool apart = i > begin && !tokens.adjacent(i - 1);
    if (apart) text += ' ';
    text += tokens[i].text;
  }
  return text;
}

std::string displayed_name(const TokenStream& tokens, std::size_t begin, std::size_t end) {
  if (!tokens.in_macro()) return string_literal(joined(tokens, begin, end));
  std::string text = "\"\"";
  for (std::size_t i = begin; i < end; ++i) {
    if (tokens[i].is("##")) continue;
    text += tokens.is_macro_parameter(tokens[i]) ? fmt::format(" #{}", tokens[i].text)
                                                 : fmt::format(" {}", string_literal(tokens[i].text));
  }
  return text;
}

}  // namespace emulator::translator
