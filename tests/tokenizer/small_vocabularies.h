/// @file
/// Vocabularies small enough to check by hand, and random text to feed them.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/byte_alphabet.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/utf8.h"

namespace tokenizer_test {

using tokenizer::Token;
using tokenizer::Tokenizer;
using tokenizer::TokenType;
using tokenizer::Vocabulary;
using tokenizer::VocabularyKind;

inline Token add_token(Vocabulary& vocabulary, std::string text, TokenType type = TokenType::kNormal,
                       float score = 0) {
  vocabulary.tokens.push_back(std::move(text));
  vocabulary.types.push_back(type);
  if (vocabulary.kind == VocabularyKind::kSentencePiece) vocabulary.scores.push_back(score);
  return static_cast<Token>(vocabulary.tokens.size() - 1);
}

/// <unk> 0, <s> 1, </s> 2, the 256 bytes from 3, then `pieces` from 259 with scores -1, -2, ...
inline Vocabulary small_sentencepiece(const std::vector<std::string>& pieces) {
  Vocabulary vocabulary;
  vocabulary.kind = VocabularyKind::kSentencePiece;
  vocabulary.unknown = add_token(vocabulary, "<unk>", TokenType::kUnknown);
  vocabulary.bos = add_token(vocabulary, "<s>", TokenType::kControl);
  vocabulary.eos = add_token(vocabulary, "</s>", TokenType::kControl);
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (std::size_t byte = 0; byte < 256; ++byte)
    add_token(vocabulary, std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">",
              TokenType::kByte);
  float score = 0;
  for (const std::string& piece : pieces) add_token(vocabulary, piece, TokenType::kNormal, --score);
  vocabulary.add_bos = true;
  vocabulary.add_space_prefix = true;
  return vocabulary;
}

inline constexpr Token kFirstByte = 3;  // of small_sentencepiece
inline constexpr Token kFirstPiece = 259;

/// Bytes 0 to 255 as ids 0 to 255, then the results of `merges` (in plain bytes) as 256, 257, ...
inline Vocabulary small_bpe(const std::vector<std::pair<std::string, std::string>>& merges,
                            std::string pre_tokenizer = "gpt-2") {
  Vocabulary vocabulary;
  vocabulary.kind = VocabularyKind::kByteLevelBpe;
  vocabulary.pre_tokenizer = std::move(pre_tokenizer);
  for (int byte = 0; byte < 256; ++byte)
    add_token(vocabulary, tokenizer::encode_byte_alphabet(std::string(1, static_cast<char>(byte))));
  for (const auto& [left, right] : merges) {
    add_token(vocabulary, tokenizer::encode_byte_alphabet(left + right));
    vocabulary.merges.push_back(tokenizer::encode_byte_alphabet(left) + " " +
                                tokenizer::encode_byte_alphabet(right));
  }
  return vocabulary;
}

/// Characters of every kind and length, spaces and line ends among them.
inline std::string random_text(std::mt19937_64& random, std::size_t characters) {
  constexpr std::pair<char32_t, char32_t> kRanges[] = {
      {0x20, 0x7E},        {'a', 'f'},       {' ', ' '},       {'\n', '\n'},
      {0, 0x1F},           {0x80, 0x7FF},    {0x800, 0xD7FF},  {0xE000, 0xFFFF},
      {0x10000, 0x10FFFF}, {0x4E00, 0x9FA5}, {0x2000, 0x206F}, {0x1F300, 0x1F6FF}};
  std::string text;
  for (std::size_t i = 0; i < characters; ++i) {
    const auto [first, last] = kRanges[random() % std::size(kRanges)];
    tokenizer::append_utf8(text, first + static_cast<char32_t>(random() % (last - first + 1)));
  }
  return text;
}

inline constexpr tokenizer::EncodeOptions kPlain{.add_special = false, .parse_special = false};

}  // namespace tokenizer_test
