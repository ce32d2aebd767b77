#include "tokenizer/utf8.h"

#include <cstddef>
#include <utility>

namespace tokenizer {
namespace {

using Status = Utf8Char::Status;

std::uint8_t byte_at(std::string_view text, std::size_t i) { return static_cast<std::uint8_t>(text[i]); }

/// What a lead byte announces. The second byte's range is narrower than 80..BF where an overlong form, a
/// surrogate or a value above U+10FFFF would begin.
struct Lead {
  std::uint8_t length;  // 0: no character begins with this byte
  std::uint8_t bits;    // of the code point
  std::uint8_t second_from;
  std::uint8_t second_to;
};

Lead classify(std::uint8_t byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {2, static_cast<std::uint8_t>(byte & 0x1F), 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0x0, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0xD, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {3, static_cast<std::uint8_t>(byte & 0x0F), 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x0, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {4, static_cast<std::uint8_t>(byte & 0x07), 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x4, 0x80, 0x8F};
  return {0, 0, 0, 0};
}

/// Appends the characters of `text` to `out` and returns how many bytes it used. A character that the text
/// cuts short is left alone, or replaced when `at_end`.
std::size_t append_valid(std::string_view text, bool at_end, std::string& out) {
  std::size_t position = 0;
  while (position < text.size()) {
    const Utf8Char c = decode_utf8(text.substr(position));
    if (c.status == Status::kCutShort && !at_end) return position;
    out += c.status == Status::kValid ? text.substr(position, c.length) : kReplacementCharacter;
    position += c.length;
  }
  return position;
}

}  // namespace

Utf8Char decode_utf8(std::string_view text) {
  const std::uint8_t first = byte_at(text, 0);
  if (first < 0x80) return {Status::kValid, 1, first};

  const Lead lead = classify(first);
  if (lead.length == 0) return {Status::kInvalid, 1, 0};
  char32_t code_point = lead.bits;
  for (std::uint8_t i = 1; i < lead.length; ++i) {
    if (i == text.size()) return {Status::kCutShort, i, 0};
    const std::uint8_t byte = byte_at(text, i);
    const bool in_range = i == 1 ? byte >= lead.second_from && byte <= lead.second_to : (byte & 0xC0) == 0x80;
    if (!in_range) return {Status::kInvalid, i, 0};
    code_point = (code_point << 6) | (byte & 0x3F);
  }
  return {Status::kValid, lead.length, code_point};
}

void append_utf8(std::string& text, char32_t code_point) {
  const auto continuation = [&](int shift) {
    text += static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
  };
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    text += static_cast<char>(0xC0 | (code_point >> 6));
    continuation(0);
  } else if (code_point < 0x10000) {
    text += static_cast<char>(0xE0 | (code_point >> 12));
    continuation(6), continuation(0);
  } else {
    text += static_cast<char>(0xF0 | (code_point >> 18));
    continuation(12), continuation(6), continuation(0);
  }
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const Utf8Char c = decode_utf8(text);
    if (c.status != Status::kValid) return false;
    text.remove_prefix(c.length);
  }
  return true;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  append_valid(text, true, result);
  return result;
}

std::string Utf8Stream::push(std::string_view bytes) {
  pending_ += bytes;
  std::string complete;
  pending_.erase(0, append_valid(pending_, false, complete));
  return complete;
}

std::string Utf8Stream::flush() {
  std::string rest;
  append_valid(std::exchange(pending_, {}), true, rest);
  return rest;
}

}  // namespace tokenizer
