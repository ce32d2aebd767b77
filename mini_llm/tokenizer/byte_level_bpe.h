#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tokenizer/merge_table.h"
#include "tokenizer/regex.h"
#include "tokenizer/text_encoder.h"
#include "tokenizer/vocabulary.h"

namespace tokenizer {

/// Byte-level BPE (`tokenizer.ggml.model` = gpt2): split patterns cut the text into words, then each word's
/// bytes are merged pair by pair, the pair that comes first in the list of merges first.
class ByteLevelBpeEncoder final : public TextEncoder {
 public:
  /// @throws Error when a merge names a token that the vocabulary does not have, or the split pattern is not
  /// known
  explicit ByteLevelBpeEncoder(const Vocabulary& vocabulary);

  void encode(std::string_view text, bool begins_text, std::vector<Token>& out) const override;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using TokenByBytes = std::unordered_map<std::string, Token, Hash, std::equal_to<>>;

  void add_merges(const Vocabulary& vocabulary, const TokenByBytes& tokens);

  std::vector<Regex> splits_;
  TokenByBytes whole_words_;       // every token, when words that are tokens are not merged; else empty
  std::array<Symbol, 256> bytes_;  // what each byte is before merging
  MergeTable merges_;
  std::optional<Token> unknown_;
};

/// The bytes that a byte-level token stands for. Text outside the byte alphabet, and special tokens, stand
/// for themselves.
std::string byte_level_piece(const std::string& token, TokenType type);

}  // namespace tokenizer
