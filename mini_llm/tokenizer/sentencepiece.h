#pragma once

#include <array>
#include <optional>
#include <string>
#include <unordered_map>

#include "tokenizer/merge_table.h"
#include "tokenizer/text_encoder.h"
#include "tokenizer/vocabulary.h"

namespace tokenizer {

/// Spaces are written as this character, U+2581, in a SentencePiece vocabulary.
inline constexpr std::string_view kSpaceMark = "\xE2\x96\x81";

/// SentencePiece's BPE (`tokenizer.ggml.model` = llama): the text's characters are merged pair by pair, the
/// pair whose token has the highest score first; a character that is in no token becomes byte tokens.
class SentencePieceEncoder final : public TextEncoder {
 public:
  explicit SentencePieceEncoder(const Vocabulary& vocabulary);

  void encode(std::string_view text, bool begins_text, std::vector<Token>& out) const override;

 private:
  void add_merges(const Vocabulary& vocabulary);
  Symbol symbol_of(char32_t character) const;
  void append(Symbol symbol, std::vector<Token>& out) const;

  std::unordered_map<char32_t, Token> characters_;  // tokens of one character
  MergeTable merges_;
  std::array<std::optional<Token>, 256> bytes_;
  std::optional<Token> unknown_;
  bool add_space_prefix_;
  bool spaces_begin_tokens_ = true;  // no token has a space mark after another character
};

/// The text that a SentencePiece token stands for: space marks become spaces, byte tokens their byte.
std::string sentencepiece_piece(const std::string& token, TokenType type);

}  // namespace tokenizer
