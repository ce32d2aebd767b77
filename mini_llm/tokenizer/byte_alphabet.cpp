#include "tokenizer/byte_alphabet.h"

#include <array>
#include <cstdint>

#include "tokenizer/utf8.h"

namespace tokenizer {
namespace {

constexpr char32_t kFirstStandIn = 0x100;
constexpr std::size_t kStandIns = 68;

constexpr bool stands_for_itself(int byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || (byte >= 0xAE && byte <= 0xFF);
}

struct Alphabet {
  std::array<char32_t, 256> character_of{};
  std::array<std::int16_t, kFirstStandIn + kStandIns> byte_of{};  // -1: no byte is written so

  constexpr Alphabet() {
    byte_of.fill(-1);
    char32_t next_stand_in = kFirstStandIn;
    for (int byte = 0; byte < 256; ++byte) {
      const char32_t character = stands_for_itself(byte) ? static_cast<char32_t>(byte) : next_stand_in++;
      character_of[static_cast<std::size_t>(byte)] = character;
      byte_of[character] = static_cast<std::int16_t>(byte);
    }
  }
};

constexpr Alphabet kAlphabet;

}  // namespace

std::optional<std::string> decode_byte_alphabet(std::string_view token) {
  std::string bytes;
  while (!token.empty()) {
    const Utf8Char c = decode_utf8(token);
    if (c.status != Utf8Char::Status::kValid || c.code_point >= kAlphabet.byte_of.size()) return std::nullopt;
    const std::int16_t byte = kAlphabet.byte_of[c.code_point];
    if (byte < 0) return std::nullopt;
    bytes += static_cast<char>(byte);
    token.remove_prefix(c.length);
  }
  return bytes;
}

std::string encode_byte_alphabet(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) append_utf8(text, kAlphabet.character_of[static_cast<std::uint8_t>(byte)]);
  return text;
}

}  // namespace tokenizer
