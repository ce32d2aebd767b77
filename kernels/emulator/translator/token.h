/// @file
/// The pieces of a CUDA source file that the translator works on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace emulator::translator {

enum class TokenKind : std::uint8_t {
  kIdentifier,   ///< names and keywords
  kNumber,       ///< preprocessing numbers: 1.5e-3f, 0x1p4, 1'000'000
  kString,       ///< with prefix and quotes; raw strings too
  kCharacter,    ///< with prefix and quotes
  kPunctuation,  ///< one character, or one of :: -> ## ... <= >= == != && || ; never << or >>
};

struct Token {
  TokenKind kind{};
  std::uint32_t offset = 0;  ///< in bytes, from the start of the file
  std::uint32_t line = 0;    ///< counted from 1
  std::string_view text;     ///< a view of the file's text

  bool is(std::string_view other) const { return text == other; }
  bool is_identifier() const { return kind == TokenKind::kIdentifier; }
  std::uint32_t end() const { return offset + static_cast<std::uint32_t>(text.size()); }
};

/// A preprocessor line, continuation lines included.
struct Directive {
  std::vector<Token> tokens;    ///< after the '#': the directive's name first; empty for a lone '#'
  std::size_t position = 0;     ///< index of the first code token behind it
  std::uint32_t offset = 0;     ///< of the '#'
  std::uint32_t end = 0;        ///< offset of the newline that ends it, or of the end of the file
  std::uint32_t line = 0;       ///< of the '#'
  std::uint32_t last_line = 0;  ///< of the newline that ends it

  bool named(std::string_view name) const { return !tokens.empty() && tokens.front().is(name); }
  bool opens_conditional() const { return named("if") || named("ifdef") || named("ifndef"); }
  bool continues_conditional() const {
    return named("else") || named("elif") || named("elifdef") || named("elifndef");
  }
  bool closes_conditional() const { return named("endif"); }
};

/// A source file and its text. Tokens are views of `text`, so it stays where it is while they are in use.
struct SourceFile {
  std::string path;  ///< as it shall appear in messages
  std::string text;
};

}  // namespace emulator::translator
