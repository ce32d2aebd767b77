/// @file
/// Behind each kernel, what it calls its parameters:
/// @code
///   __global__ void add(const float* a, float* b) {...}
///       static const ::emulator::NamedParameters emulator_parameters_add_12{"add", "a,b"};
/// @endcode
#include <fmt/format.h>

#include "rewriter.h"

namespace emulator::translator {
namespace {

constexpr std::size_t kNone = TokenStream::kNone;

/// The names between the parentheses: of each parameter the last identifier before its default value or its
/// brackets.
std::string names_of(const TokenStream& tokens, const Function& function) {
  std::string names, name;
  bool done = false;
  std::size_t words = 0;
  for (std::size_t i = function.parameters_begin + 1; i < function.parameters_end; ++i) {
    if (tokens.is(i, ",")) {
      names += (words > 1 ? name : "") + ",";
      name.clear();
      words = 0;
      done = false;
    } else if (tokens.is(i, "=") || tokens.is(i, "[")) {
      done = true;
      if (tokens.is(i, "[") && tokens.partner(i) != kNone) i = tokens.partner(i);
    } else if (tokens.is(i, "<")) {
      if (const std::size_t close = tokens.closing_angle(i, function.parameters_end); close != kNone)
        i = close;
    } else if (tokens.is(i, "(") && tokens.partner(i) != kNone) {
      i = tokens.partner(i);
    } else if (!done && tokens[i].is_identifier()) {
      if (tokens.is(i, "const") || tokens.is(i, "__restrict__") || tokens.is(i, "volatile")) continue;
      name = std::string(tokens[i].text);
      ++words;
    }
  }
  return names + (words > 1 ? name : "");
}

}  // namespace

void rewrite_parameter_names(Rewriter& rewriter) {
  if (!rewriter.functions) return;
  for (const Function& function : rewriter.functions->all()) {
    // Of a file that ends in the middle, some of these may be missing.
    const bool complete = function.parameters_begin < function.parameters_end &&
                          function.parameters_end < function.body_end &&
                          function.body_end < rewriter.tokens.size();
    if (!function.qualifiers.global || function.name.empty() || !complete) continue;
    const Token& end = rewriter.tokens[function.body_end];
    rewriter.edits.insert(
        end.end(),
        fmt::format(" static const ::emulator::NamedParameters emulator_parameters_{}_{}{{\"{}\", \"{}\"}};",
                    function.name, end.line, function.name, names_of(rewriter.tokens, function)));
  }
}

}  // namespace emulator::translator
