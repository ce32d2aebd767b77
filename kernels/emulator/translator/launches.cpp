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
/// parameters. A callee that is an expression is evaluated once: `[emulator_callee = table[i]](auto&...
/// emulator_args) { ... }`.
#include <fmt/format.h>

#include "callee.h"
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

/// NULL is an integer to a template; CUDA code means a pointer by it.
void replace_null(Rewriter& rewriter, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (rewriter.tokens.is(i, "NULL")) rewriter.edits.replace(rewriter.tokens[i], "nullptr");
  }
}

/// A callee that is called by name, in a lambda that the kernel's run can inline.
std::string call_by_name(const std::string& function, const std::string& name) {
  return fmt::format("::emulator::{}({}, __FILE__, __LINE__, [=](auto&... emulator_args) {{ ", function,
                     name);
}

/// What stands for "<<<" and ">>>"; `call` ends the lambda that the callee is in.
void rewrite_parameters(Rewriter& rewriter, const Launch& launch, const char* call) {
  const TokenStream& tokens = rewriter.tokens;
  rewriter.edits.replace(tokens[launch.open], fmt::format("{}, ::emulator::LaunchConfig(", call));
  rewriter.edits.remove(tokens[launch.open + 1]);
  rewriter.edits.remove(tokens[launch.open + 2]);
  rewriter.edits.replace(tokens[launch.close], "))");
  rewriter.edits.remove(tokens[launch.close + 1]);
  rewriter.edits.remove(tokens[launch.close + 2]);
}

constexpr const char* kCallByName = "(emulator_args...); }";
constexpr const char* kCallValue = "](auto&... emulator_args) { emulator_callee(emulator_args...); }";

/// kernel KERNEL_ARGS(grid, block)(arguments), where the macro holds "<<<...>>>".
void rewrite_macro_launch(Rewriter& rewriter, std::size_t macro) {
  const TokenStream& tokens = rewriter.tokens;
  const std::size_t callee = find_callee(tokens, macro);
  if (callee == macro) return;
  rewriter.edits.insert(tokens[callee].offset,
                        call_by_name("launch_with", displayed_name(tokens, callee, macro)));
}

void rewrite(Rewriter& rewriter, const Launch& launch) {
  const TokenStream& tokens = rewriter.tokens;
  if (launch.callee == launch.open) return rewrite_parameters(rewriter, launch, kCallByName);
  const std::string name = displayed_name(tokens, launch.callee, launch.open);
  const std::string typed =
      fmt::format("launch_as<decltype({})>", joined(tokens, launch.callee, launch.open));
  const std::size_t begin = tokens[launch.callee].offset;
  switch (classify_callee(rewriter, launch.callee, launch.open, launch.arguments, launch.arguments_end)) {
    case CalleeKind::kKernel:
      rewriter.edits.insert(begin, call_by_name(typed, name));
      rewrite_parameters(rewriter, launch, kCallByName);
      break;
    case CalleeKind::kValue:
      rewriter.edits.insert(
          begin, fmt::format("::emulator::{}({}, __FILE__, __LINE__, [emulator_callee = ", typed, name));
      rewrite_parameters(rewriter, launch, kCallValue);
      break;
    case CalleeKind::kUnknown:
      rewriter.edits.insert(begin, call_by_name("launch_with", name));
      rewrite_parameters(rewriter, launch, kCallByName);
      if (launch.arguments_end != kNone) replace_null(rewriter, launch.arguments, launch.arguments_end);
      break;
  }
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
