#include "lexer.h"

#include <algorithm>
#include <array>

#include "translation_error.h"

namespace emulator::translator {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Bytes above 127 belong to identifiers: UTF-8 letters are allowed there.
bool starts_identifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool continues_identifier(char c) { return starts_identifier(c) || is_digit(c); }

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

bool is_string_prefix(std::string_view text) {
  return text == "L" || text == "u" || text == "U" || text == "u8";
}

bool is_raw_string_prefix(std::string_view text) {
  return !text.empty() && text.back() == 'R' &&
         (text == "R" || is_string_prefix(text.substr(0, text.size() - 1)));
}

/// One `#if` that is open, and what is known of its present group without evaluating anything.
struct Conditional {
  bool removed = false;  ///< the present group is certainly removed
  bool taken = false;    ///< an earlier group was certainly kept
};

class Lexer {
 public:
  explicit Lexer(const SourceFile& file) : file_(file), text_(file.text) {}

  LexedFile run() {
    while (skip_space(/*newlines=*/true)) {
      if (text_[position_] == '#' && at_line_start_) {
        lex_directive();
      } else {
        at_line_start_ = false;
        const Token token = next_token();
        if (removed_groups_ == 0) result_.code.push_back(token);
      }
    }
    return std::move(result_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
  }

  /// Length of a backslash-newline at `position`, 0 if there is none. Spaces before the newline are allowed,
  /// as g++ does.
  std::size_t line_splice(std::size_t position) const {
    if (text_[position] != '\\') return 0;
    std::size_t end = position + 1;
    while (end < text_.size() && is_space(text_[end])) ++end;
    return end < text_.size() && text_[end] == '\n' ? end + 1 - position : 0;
  }

  [[noreturn]] void fail(std::size_t offset, std::uint32_t line, const char* sentence) const {
    throw TranslationError(file_, line, static_cast<std::uint32_t>(offset), sentence);
  }

  /// Moves to the next character of a token. False at the end of the file, or of the line unless `newlines`.
  bool skip_space(bool newlines) {
    while (position_ < text_.size()) {
      const char c = text_[position_];
      if (c == '\n') {
        if (!newlines) return false;
        at_line_start_ = true;
        ++line_;
        ++position_;
      } else if (is_space(c)) {
        ++position_;
      } else if (const std::size_t splice = line_splice(position_)) {
        position_ += splice;
        ++line_;
      } else if (c == '/' && peek(1) == '/') {
        skip_line_comment();
      } else if (c == '/' && peek(1) == '*') {
        skip_block_comment();
      } else {
        return true;
      }
    }
    return false;
  }

  void skip_line_comment() {
    while (position_ < text_.size() && text_[position_] != '\n') {
      if (const std::size_t splice = line_splice(position_)) {
        position_ += splice;
        ++line_;
      } else {
        ++position_;
      }
    }
  }

  void skip_block_comment() {
    const std::size_t end = text_.find("*/", position_ + 2);
    if (end == std::string_view::npos) fail(position_, line_, "this comment is never closed; add */");
    line_ += static_cast<std::uint32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(position_),
                                                   text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    position_ = end + 2;
  }

  Token token_from(std::size_t begin, std::uint32_t line, TokenKind kind) const {
    return {kind, static_cast<std::uint32_t>(begin), line, text_.substr(begin, position_ - begin)};
  }

  Token next_token() {
    const std::size_t begin = position_;
    const std::uint32_t line = line_;
    const char c = text_[position_];
    if (starts_identifier(c)) {
      while (continues_identifier(peek())) ++position_;
      const std::string_view word = text_.substr(begin, position_ - begin);
      if (peek() == '"' && is_raw_string_prefix(word)) return raw_string(begin, line);
      if (peek() == '"' && is_string_prefix(word)) return quoted(begin, line);
      if (peek() == '\'' && is_string_prefix(word)) return quoted(begin, line);
      return token_from(begin, line, TokenKind::kIdentifier);
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number(begin, line);
    if (c == '"' || c == '\'') return quoted(begin, line);
    return punctuation(begin, line);
  }

  Token number(std::size_t begin, std::uint32_t line) {
    for (++position_; position_ < text_.size(); ++position_) {
      const char c = text_[position_];
      if (continues_identifier(c) || c == '.') continue;
      if (c == '\'' && continues_identifier(peek(1))) continue;
      const char before = text_[position_ - 1];
      const bool exponent = before == 'e' || before == 'E' || before == 'p' || before == 'P';
      // 0xE+1 is an addition, but the standard's preprocessing numbers read it as one token too.
      if ((c == '+' || c == '-') && exponent) continue;
      break;
    }
    return token_from(begin, line, TokenKind::kNumber);
  }

  /// A string or character literal; position_ is at its opening quote.
  Token quoted(std::size_t begin, std::uint32_t line) {
    const std::size_t open = position_;
    const char quote = text_[position_];
    for (++position_; position_ < text_.size() && text_[position_] != '\n'; ++position_) {
      if (text_[position_] == quote) {
        ++position_;
        return token_from(begin, line, quote == '"' ? TokenKind::kString : TokenKind::kCharacter);
      }
      if (const std::size_t splice = line_splice(position_)) {
        position_ += splice - 1;
        ++line_;
      } else if (text_[position_] == '\\' && peek(1) != '\n') {
        ++position_;
      }
    }
    // Groups that the preprocessor may remove often hold prose ("don't"), and so do #error lines: a lone
    // quote is then a character like any other, and the compiler complains if it matters.
    if (conditionals_.empty() && !in_directive_) {
      fail(open, line,
           quote == '"' ? "this string is never closed on its line; add \""
                        : "this character literal is never closed on its line; add '");
    }
    position_ = open + 1;
    line_ = line;
    return token_from(begin, line, TokenKind::kPunctuation);
  }

  Token raw_string(std::size_t begin, std::uint32_t line) {
    const std::size_t open = text_.find('(', position_);
    // The delimiter before the parenthesis has at most 16 characters.
    if (open == std::string_view::npos || open - position_ > 17) {
      fail(begin, line, "this raw string does not start with R\"(");
    }
    std::string closing = ")";
    closing.append(text_.substr(position_ + 1, open - position_ - 1));
    closing += '"';
    const std::size_t end = text_.find(closing, open);
    if (end == std::string_view::npos) fail(begin, line, "this raw string is never closed");
    position_ = end + closing.size();
    const Token token = token_from(begin, line, TokenKind::kString);
    line_ += static_cast<std::uint32_t>(std::count(token.text.begin(), token.text.end(), '\n'));
    return token;
  }

  Token punctuation(std::size_t begin, std::uint32_t line) {
    // << and >> stay single characters: whether >> closes two template argument lists is decided later.
    static constexpr std::array<std::string_view, 9> kPairs = {
        "::", "->", "##", "<=", ">=", "==", "!=", "&&", "||"};
    const std::string_view rest = text_.substr(position_);
    if (rest.substr(0, 3) == "...") {
      position_ += 3;
    } else if (std::find(kPairs.begin(), kPairs.end(), rest.substr(0, 2)) != kPairs.end()) {
      position_ += 2;
    } else {
      position_ += 1;
    }
    return token_from(begin, line, TokenKind::kPunctuation);
  }

  void lex_directive() {
    Directive directive;
    directive.offset = static_cast<std::uint32_t>(position_);
    directive.line = line_;
    directive.position = result_.code.size();
    ++position_;
    in_directive_ = true;
    while (skip_space(/*newlines=*/false)) directive.tokens.push_back(next_token());
    in_directive_ = false;
    directive.end = static_cast<std::uint32_t>(position_);
    directive.last_line = line_;
    const bool kept = track_conditional(directive);
    if (kept) result_.directives.push_back(std::move(directive));
  }

  /// Follows #if, #else and #endif. False for lines inside a removed group.
  bool track_conditional(const Directive& directive) {
    if (directive.opens_conditional()) {
      const bool kept = removed_groups_ == 0;
      const bool literal = directive.named("if") && directive.tokens.size() == 2;
      const std::string_view value = literal ? directive.tokens[1].text : "";
      const bool never = value == "0" || value == "false";
      conditionals_.push_back({never, value == "1" || value == "true"});
      removed_groups_ += never;
      return kept;
    }
    if (conditionals_.empty()) return removed_groups_ == 0;
    Conditional& innermost = conditionals_.back();
    if (directive.continues_conditional()) {
      removed_groups_ -= innermost.removed;
      const bool kept = removed_groups_ == 0;
      innermost.removed = innermost.taken;
      removed_groups_ += innermost.removed;
      return kept;
    }
    if (directive.closes_conditional()) {
      removed_groups_ -= innermost.removed;
      conditionals_.pop_back();
    }
    return removed_groups_ == 0;
  }

  const SourceFile& file_;
  std::string_view text_;
  std::size_t position_ = 0;
  std::uint32_t line_ = 1;
  bool at_line_start_ = true;
  bool in_directive_ = false;
  std::vector<Conditional> conditionals_;
  int removed_groups_ = 0;
  LexedFile result_;
};

}  // namespace

LexedFile lex(const SourceFile& file) { return Lexer(file).run(); }

}  // namespace emulator::translator
