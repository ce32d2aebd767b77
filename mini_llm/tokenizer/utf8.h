#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tokenizer {

/// What stands in for bytes that are not UTF-8: U+FFFD, the replacement character.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

/// The first character of a text.
struct Utf8Char {
  enum class Status : std::uint8_t {
    kValid,     ///< a whole character
    kInvalid,   ///< bytes that begin no character
    kCutShort,  ///< the text ends inside a character that is right so far
  };
  Status status;
  std::uint8_t length;  ///< bytes to step over: the character, or the longest part of one (at least 1)
  char32_t code_point;  ///< meaningful when valid
};

/// Decodes the first character of `text`, which must not be empty. Overlong forms, surrogates and values
/// above U+10FFFF are invalid, as the Unicode standard says (table 3-7).
Utf8Char decode_utf8(std::string_view text);

/// Appends the UTF-8 form of `code_point`, which must be a Unicode scalar value.
void append_utf8(std::string& text, char32_t code_point);

bool is_valid_utf8(std::string_view text);

/// `text` with every maximal run of bytes that begins a character but does not finish it, and every other
/// byte that has no place in UTF-8, replaced by one U+FFFD (the substitution that the Unicode standard
/// recommends).
std::string replace_invalid_utf8(std::string_view text);

/// Bytes in, whole UTF-8 characters out: tokens may end in the middle of a character, a terminal must not see
/// that.
///
///     Utf8Stream stream;
///     for (Token token : generated) print(stream.push(tokenizer.decode_piece(token)));
///     print(stream.flush());
class Utf8Stream {
 public:
  /// Takes the next bytes and returns what is complete by now, with U+FFFD in place of bytes that are not
  /// UTF-8.
  std::string push(std::string_view bytes);

  /// Ends the text: U+FFFD when it stopped in the middle of a character, else nothing.
  std::string flush();

 private:
  std::string pending_;  // the beginning of a character, at most 3 bytes
};

}  // namespace tokenizer
