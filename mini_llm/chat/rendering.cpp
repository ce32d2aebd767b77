#include "chat/rendering.h"

#include "tokenizer/utf8.h"

namespace chat {
namespace {

bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

/// The length of the white space character that `text` begins with; 0 when it begins with another.
std::size_t leading_space(std::string_view text) {
  if (text.empty()) return 0;
  const tokenizer::Utf8Char c = tokenizer::decode_utf8(text);
  return c.status == tokenizer::Utf8Char::Status::kValid && is_space(c.code_point) ? c.length : 0;
}

/// The length of the white space character that `text` ends with, or 0.
std::size_t trailing_space(std::string_view text) {
  for (std::size_t length = 1; length <= 3 && length <= text.size(); ++length)  // none takes 4 bytes
    if (leading_space(text.substr(text.size() - length)) == length) return length;
  return 0;
}

}  // namespace

std::string_view trimmed_right(std::string_view text) {
  while (const std::size_t length = trailing_space(text)) text.remove_suffix(length);
  return text;
}

std::string_view trimmed(std::string_view text) {
  while (const std::size_t length = leading_space(text)) text.remove_prefix(length);
  return trimmed_right(text);
}

std::string Rendering::text() const {
  std::string all;
  for (const Segment& segment : segments_) all += segment.text;
  return all;
}

Rendering& Rendering::append(bool is_markup, std::string_view text) {
  if (text.empty()) return *this;
  // Joined with its neighbour of the same kind, so that no token is cut; but never into the beginning.
  if (segments_.size() > beginning_ && segments_.back().is_markup == is_markup) {
    segments_.back().text += text;
  } else {
    segments_.push_back({is_markup, std::string(text)});
  }
  return *this;
}

}  // namespace chat
