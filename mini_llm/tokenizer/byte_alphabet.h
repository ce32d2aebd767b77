#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tokenizer {

/// The bytes that a byte-level BPE token stands for, or nullopt when it is not written in the byte alphabet.
///
/// Byte-level vocabularies (since GPT-2) write each byte as a printable character, so that tokens can stand
/// in a text file: bytes that are printable in Latin-1 as themselves, the other 68 as U+0100, U+0101, ... in
/// order. A space, 0x20, is so U+0120, `Ġ`.
std::optional<std::string> decode_byte_alphabet(std::string_view token);

/// The inverse: every byte as its character.
std::string encode_byte_alphabet(std::string_view bytes);

}  // namespace tokenizer
