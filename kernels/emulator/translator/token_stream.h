/// @file
/// A run of tokens that belong together, with its brackets matched: the code of a file, or the body of one
/// macro.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "lexer.h"

namespace emulator::translator {

class TokenStream {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  /// The code of a file. Brackets that open in one branch of an #if and close behind it are followed as far
  /// as can be.
  /// @param complete  true if an unbalanced bracket is an error, false for files that are pieces of others
  /// @throws TranslationError for an unbalanced bracket of a complete file without conditionals
  static TokenStream code(const SourceFile& file, const LexedFile& lexed, bool complete);

  /// The replacement of a `#define`, which ends where the line ends.
  static TokenStream macro_body(const SourceFile& file, const Directive& define);

  std::size_t size() const { return tokens_.size(); }
  const Token& operator[](std::size_t index) const { return tokens_[index]; }
  const SourceFile& file() const { return *file_; }

  /// True if there is a token at `index` and it reads `text`. kNone and what follows the end are never
  /// anything.
  bool is(std::size_t index, std::string_view text) const {
    return index < tokens_.size() && tokens_[index].is(text);
  }
  bool is_identifier(std::size_t index) const {
    return index < tokens_.size() && tokens_[index].is_identifier();
  }
  /// Tokens without white space between them.
  bool adjacent(std::size_t index) const {
    return index + 1 < tokens_.size() && tokens_[index].end() == tokens_[index + 1].offset;
  }

  /// Index of the bracket that belongs to the ( [ or { or ) ] or } at `index`; kNone if it has none.
  std::size_t partner(std::size_t index) const { return partners_[index]; }

  /// The `>` that closes the template argument list opened by the `<` at `open`, before `limit`; kNone if
  /// none does.
  std::size_t closing_angle(std::size_t open, std::size_t limit) const;
  /// The `<` that opens the template argument list closed by the `>` at `close`; kNone if none does.
  std::size_t opening_angle(std::size_t close) const;

  bool in_macro() const { return in_macro_; }
  /// Of a function-like macro: is this the name of a parameter?
  bool is_macro_parameter(const Token& token) const { return macro_parameters_.count(token.text) != 0; }

 private:
  TokenStream(const SourceFile& file, std::vector<Token> tokens) : file_(&file), tokens_(std::move(tokens)) {}
  void match_brackets(const std::vector<Directive>& directives, bool complete);

  const SourceFile* file_;
  std::vector<Token> tokens_;
  std::vector<std::size_t> partners_;
  bool in_macro_ = false;
  std::unordered_set<std::string_view> macro_parameters_;
};

}  // namespace emulator::translator
