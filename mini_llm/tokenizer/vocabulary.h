#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tokenizer/token.h"

namespace gguf {
class File;
}

namespace tokenizer {

/// What a token is for. The numbers are those of `tokenizer.ggml.token_type`.
enum class TokenType : std::uint8_t {
  kNormal = 1,       ///< a piece of text
  kUnknown = 2,      ///< stands for text that the vocabulary has no token for
  kControl = 3,      ///< begin, end, turn markers: never produced from plain text
  kUserDefined = 4,  ///< text that is always one token, such as <think>
  kUnused = 5,       ///< a placeholder: never produced from text
  kByte = 6,         ///< one byte, written <0x00> to <0xFF>
};

/// Whether plain text yields tokens of this type. A text that spells "<s>" is three characters, not the BOS
/// token.
constexpr bool comes_from_text(TokenType type) {
  return type == TokenType::kNormal || type == TokenType::kUserDefined;
}

/// How text is cut into tokens. `tokenizer.ggml.model` names them `llama` and `gpt2`.
enum class VocabularyKind : std::uint8_t {
  kSentencePiece,  ///< characters merged by the score of the result, with byte tokens for the rest
  kByteLevelBpe,   ///< words from a split pattern, their bytes merged by the rank of the merge
};

/// The tokens of a model and the rules for them, as a file gives them.
struct Vocabulary {
  VocabularyKind kind = VocabularyKind::kByteLevelBpe;
  std::vector<std::string>
      tokens;  ///< [size] as written in the file: spaces are U+2581, or bytes are mapped letters
  std::vector<TokenType> types;     ///< [size]
  std::vector<float> scores;        ///< [size], SentencePiece only; a higher one is merged first
  std::vector<std::string> merges;  ///< "left right", most important first; byte-level BPE only
  std::string pre_tokenizer;        ///< name of the split pattern; byte-level BPE only

  std::optional<Token> bos;          ///< begins a text
  std::optional<Token> eos;          ///< ends a text
  std::optional<Token> end_of_turn;  ///< ends a turn of a conversation
  std::optional<Token> unknown;      ///< replaces text that has no token
  bool add_bos = false;
  bool add_eos = false;
  bool add_space_prefix = false;  ///< SentencePiece: text is tokenized as if a space stood before it

  /// Reads the `tokenizer.ggml.*` keys, with the defaults that the format has for those left out.
  /// @throws Error when a key is missing, of another kind than it must be, or names no known tokenizer
  static Vocabulary load(const gguf::File& file);

  /// @throws Error when parts contradict each other: lengths that differ, ids outside the vocabulary, scores
  /// that are
  ///   not numbers, byte tokens that name no byte, tokens longer than kMaxTokenBytes, a BOS to add that is
  ///   not there
  void validate() const;

  /// The longest tokens of real vocabularies have about 250 bytes. The limit keeps a damaged file from making
  /// loading or searching slow.
  static constexpr std::size_t kMaxTokenBytes = 1024;
};

/// The byte that a byte token such as "<0x0A>" stands for, if it is written like one.
std::optional<std::uint8_t> parse_byte_token(const std::string& text);

}  // namespace tokenizer
