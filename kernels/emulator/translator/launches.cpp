/// @file
/// Kernel launches. Both forms below only add text around the source's own, so errors keep their lines:
/// @code
///   kernel<<<grid, block>>>(x, 0)
///   ::emulator::launch_as<decltype(kernel)>("kernel", __FILE__, __LINE__,
///       [=](auto&... emulator_args) { kernel(emulator_args...); }, ::emulator::LaunchConfig(grid, block))(x,
///       0)
/// @endcode
/// launch_as converts the arguments to the kernel's parameters at the launch, as CUDA does; launch_with is
/// for callees whose parameters cannot be named: overloads, deduced templates, default arguments, macro
/// parameters.
#include <fmt/format.h>

#include <optional>

#include "rewriter.h"
#include "translation_error.h"

namespace emulator::translator {
namespace {

constexpr std::size_t kNone = TokenStream::kNone;

/// Indices of tokens.
struct Launch {
  std::size_t callee;         ///< first token of what is launched
  std::size_t open;           ///< first '<' of "<<<"
  std::size_t close;          ///< first '>' of ">>>"
  std::size_t arguments;      ///< the '('
  std::size_t arguments_end;  ///< its ')', or kNone if an #if hides it
};

/// "<<<", or "<< <" as some formatters leave it. Neither means anything in C++ but for operator<< <T>.
bool opens_launch(const TokenStream& tokens, std::size_t i) {
  return tokens.is(i, "<") && tokens.is(i + 1, "<") && tokens.is(i + 2, "<") && tokens.adjacent(i) &&
         !tokens.is(i - 1, "operator");
}

bool is_keyword_before_expression(const Token& token) {
  return token.is("return") || token.is("else") || token.is("do") || token.is("if") || token.is("while") ||
         token.is("for") || token.is("switch") || token.is("case") || token.is("co_return") ||
         token.is("throw");
}

/// Walks back over a postfix expression: names with ::, . and ->, template arguments, calls, subscripts,
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

/// The last ">>>" of a run of '>' that is followed by '(', outside of brackets.
std::size_t find_closing(const TokenStream& tokens, std::size_t open) {
  for (std::size_t i = open + 3; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.is("(") || token.is("[") || token.is("{")) {
      if (tokens.partner(i) == kNone) return kNone;
      i = tokens.partner(i);
    } else if (token.is(";") || token.is(")") || token.is("]") || token.is("}")) {
      return kNone;
    } else if (token.is(">")) {
      std::size_t run_end = i;
      while (tokens.is(run_end, ">")) ++run_end;
      if (run_end - i >= 3 && (tokens.is(run_end, "(") || run_end == tokens.size())) return run_end - 3;
      i = run_end - 1;
    }
  }
  return kNone;
}

Launch find_launch(const TokenStream& tokens, std::size_t open) {
  // A macro may hold the launch parameters alone; what is launched stands where the macro is used.
  const bool parameters_only = tokens.in_macro() && open == 0;
  Launch launch{find_callee(tokens, open), open, find_closing(tokens, open), 0, 0};
  if (launch.callee == open && !parameters_only) {
    throw TranslationError(tokens.file(), tokens[open], "there is no kernel before this <<<");
  }
  if (launch.close == kNone) {
    throw TranslationError(tokens.file(), tokens[open],
                           "this <<< is not followed by >>>(arguments); close the launch parameters");
  }
  if (launch.close == open + 3) {
    throw TranslationError(
        tokens.file(), tokens[open],
        "a launch needs the number of blocks and of threads: kernel<<<blocks, threads>>>(...)");
  }
  launch.arguments = launch.close + 3;
  if (parameters_only && launch.arguments == tokens.size()) return launch;
  if (!tokens.is(launch.arguments, "(")) {
    throw TranslationError(tokens.file(), tokens[launch.close],
                           "the kernel's arguments are missing behind >>>; write (...)");
  }
  launch.arguments_end = tokens.partner(launch.arguments);
  return launch;
}

/// The tokens from `begin` to `end` on one line.
std::string joined(const TokenStream& tokens, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) {
    const bool apart = i > begin && !tokens.adjacent(i - 1);
    if (apart) text += ' ';
    text += tokens[i].text;
  }
  return text;
}

/// The callee as a string literal for messages; in macros with the arguments' spelling put in.
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
bool has_known_parameters(const Rewriter& rewriter, const Launch& launch) {
  const TokenStream& tokens = rewriter.tokens;
  std::size_t name = launch.open - 1;
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
  if (name > launch.callee && !tokens.is(name - 1, "::")) return false;  // a member, or pasted together
  const KernelSignature* kernel = rewriter.kernels.find(tokens[name].text);
  if (kernel == nullptr || kernel->overloaded || kernel->template_parameters != template_arguments)
    return false;
  return count_arguments(tokens, launch.arguments, launch.arguments_end) == kernel->parameter_count;
}

/// NULL is an integer to a template; CUDA code means a pointer by it.
void replace_null(Rewriter& rewriter, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (rewriter.tokens.is(i, "NULL")) rewriter.edits.replace(rewriter.tokens[i], "nullptr");
  }
}

std::string beginning(const std::string& function, const std::string& name) {
  return fmt::format("::emulator::{}({}, __FILE__, __LINE__, [=](auto&... emulator_args) {{ ", function,
                     name);
}

void rewrite_parameters(Rewriter& rewriter, const Launch& launch) {
  const TokenStream& tokens = rewriter.tokens;
  rewriter.edits.replace(tokens[launch.open], "(emulator_args...); }, ::emulator::LaunchConfig(");
  rewriter.edits.remove(tokens[launch.open + 1]);
  rewriter.edits.remove(tokens[launch.open + 2]);
  rewriter.edits.replace(tokens[launch.close], "))");
  rewriter.edits.remove(tokens[launch.close + 1]);
  rewriter.edits.remove(tokens[launch.close + 2]);
}

/// kernel KERNEL_ARGS(grid, block)(arguments), where the macro holds "<<<...>>>".
void rewrite_macro_launch(Rewriter& rewriter, std::size_t macro) {
  const TokenStream& tokens = rewriter.tokens;
  const std::size_t callee = find_callee(tokens, macro);
  if (callee == macro) return;
  rewriter.edits.insert(tokens[callee].offset,
                        beginning("launch_with", displayed_name(tokens, callee, macro)));
}

void rewrite(Rewriter& rewriter, const Launch& launch) {
  const TokenStream& tokens = rewriter.tokens;
  rewrite_parameters(rewriter, launch);
  if (launch.callee == launch.open) return;
  const bool known = has_known_parameters(rewriter, launch);
  const std::string name = displayed_name(tokens, launch.callee, launch.open);
  const std::string function =
      known ? fmt::format("launch_as<decltype({})>", joined(tokens, launch.callee, launch.open))
            : "launch_with";
  rewriter.edits.insert(tokens[launch.callee].offset, beginning(function, name));
  if (!known && launch.arguments_end != kNone) replace_null(rewriter, launch.arguments, launch.arguments_end);
}

}  // namespace

void rewrite_launches(Rewriter& rewriter) {
  for (std::size_t i = 0; i < rewriter.tokens.size(); ++i) {
    if (rewriter.vocabulary.is_launch_parameters(rewriter.tokens[i])) rewrite_macro_launch(rewriter, i);
    if (!opens_launch(rewriter.tokens, i)) continue;
    rewrite(rewriter, find_launch(rewriter.tokens, i));
    i += 2;
  }
}

}  // namespace emulator::translator
