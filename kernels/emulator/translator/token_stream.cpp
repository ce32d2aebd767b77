#include "token_stream.h"

#include <fmt/format.h>

#include "translation_error.h"

namespace emulator::translator {
namespace {

// Far more than anybody nests, and a bound on the work that each #if costs.
constexpr std::size_t kDeepestNesting = 1000;
// How far a template argument list may stretch; a bound on the work for each '>' that only means "greater".
constexpr std::size_t kLongestTemplateArguments = 1024;

bool opens(std::string_view bracket) { return bracket == "(" || bracket == "[" || bracket == "{"; }
bool closes(std::string_view bracket) { return bracket == ")" || bracket == "]" || bracket == "}"; }

bool belong_together(std::string_view open, std::string_view close) {
  return (open == "(" && close == ")") || (open == "[" && close == "]") || (open == "{" && close == "}");
}

}  // namespace

TokenStream TokenStream::code(const SourceFile& file, const LexedFile& lexed, bool complete) {
  TokenStream stream(file, lexed.code);
  stream.match_brackets(lexed.directives, complete);
  return stream;
}

TokenStream TokenStream::macro_body(const SourceFile& file, const Directive& define) {
  // "#define NAME(" with nothing between is a function-like macro; "#define NAME (" is not.
  const std::vector<Token>& tokens = define.tokens;
  std::size_t body = 2;
  std::unordered_set<std::string_view> parameters;
  if (tokens.size() > 2 && tokens[2].is("(") && tokens[1].end() == tokens[2].offset) {
    for (++body; body < tokens.size() && !tokens[body].is(")"); ++body) {
      if (tokens[body].is_identifier()) parameters.insert(tokens[body].text);
      if (tokens[body].is("...")) parameters.insert("__VA_ARGS__");
    }
    ++body;
  }
  if (body >= tokens.size()) body = tokens.size();
  TokenStream stream(file, {tokens.begin() + static_cast<std::ptrdiff_t>(body), tokens.end()});
  stream.in_macro_ = true;
  stream.macro_parameters_ = std::move(parameters);
  stream.match_brackets({}, /*complete=*/false);
  return stream;
}

void TokenStream::match_brackets(const std::vector<Directive>& directives, bool complete) {
  partners_.assign(tokens_.size(), kNone);
  std::vector<std::size_t> open;
  std::vector<std::vector<std::size_t>>
      open_at_if;  // every branch of an #if starts with what was open before it
  bool conditionals = false;
  for (const Directive& directive : directives) conditionals |= directive.opens_conditional();
  const bool strict = complete && !conditionals;

  auto directive = directives.begin();
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    for (; directive != directives.end() && directive->position <= i; ++directive) {
      if (directive->opens_conditional()) {
        open_at_if.push_back(open);
      } else if (directive->continues_conditional() && !open_at_if.empty()) {
        open = open_at_if.back();
      } else if (directive->closes_conditional() && !open_at_if.empty()) {
        open_at_if.pop_back();
      }
    }
    const Token& token = tokens_[i];
    if (token.kind != TokenKind::kPunctuation) continue;
    if (opens(token.text)) {
      if (open.size() == kDeepestNesting) {
        throw TranslationError(*file_, token,
                               fmt::format("brackets are nested more than {} deep", kDeepestNesting));
      }
      open.push_back(i);
    } else if (closes(token.text)) {
      if (!open.empty() && belong_together(tokens_[open.back()].text, token.text)) {
        partners_[i] = open.back();
        partners_[open.back()] = i;
        open.pop_back();
      } else if (strict && open.empty()) {
        throw TranslationError(*file_, token, fmt::format("this '{}' closes nothing", token.text));
      } else if (strict) {
        const Token& opener = tokens_[open.back()];
        throw TranslationError(*file_, token,
                               fmt::format("this '{}' does not close the '{}' of line {}", token.text,
                                           opener.text, opener.line));
      }
    }
  }
  if (strict && !open.empty()) {
    const Token& opener = tokens_[open.back()];
    throw TranslationError(*file_, opener, fmt::format("this '{}' is never closed", opener.text));
  }
}

std::size_t TokenStream::closing_angle(std::size_t open, std::size_t limit) const {
  std::size_t depth = 0;
  if (limit > tokens_.size()) limit = tokens_.size();
  for (std::size_t i = open; i < limit && i - open < kLongestTemplateArguments; ++i) {
    const Token& token = tokens_[i];
    if (token.is("<")) {
      ++depth;
    } else if (token.is(">")) {
      if (--depth == 0) return i;
    } else if (opens(token.text) && partners_[i] != kNone) {
      i = partners_[i];
    } else if (token.is(";") || closes(token.text)) {
      return kNone;
    }
  }
  return kNone;
}

std::size_t TokenStream::opening_angle(std::size_t close) const {
  std::size_t depth = 0;
  for (std::size_t i = close; close - i < kLongestTemplateArguments; --i) {
    const Token& token = tokens_[i];
    if (token.is(">")) {
      ++depth;
    } else if (token.is("<")) {
      if (--depth == 0) return i;
    } else if (closes(token.text) && partners_[i] != kNone) {
      i = partners_[i];
    } else if (token.is(";") || opens(token.text)) {
      return kNone;
    }
    if (i == 0) break;
  }
  return kNone;
}

}  // namespace emulator::translator
