#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/special_tokens.h"
#include "tokenizer/text_encoder.h"
#include "tokenizer/token.h"
#include "tokenizer/utf8.h"
#include "tokenizer/vocabulary.h"

namespace tokenizer {

struct EncodeOptions {
  /// Begin with BOS and end with EOS where the model wants them.
  bool add_special = true;
  /// Take the text of control tokens, such as <|eot_id|>, for those tokens. Off, it is text like any other:
  /// what a user types must not end a turn.
  bool parse_special = false;
};

/// A part of a text, for example of a conversation: what the program writes, or what a user typed.
struct TextPart {
  std::string_view text;
  bool parse_special = false;  ///< as in EncodeOptions
};

struct DecodeOptions {
  /// Show control tokens as their text; otherwise they are nothing.
  bool show_special = false;
};

/// Text to token ids and back, as the model was trained with. Immutable: safe to use from several threads at
/// once.
class Tokenizer {
 public:
  /// @throws Error when the vocabulary contradicts itself or is of a kind that is not known
  explicit Tokenizer(Vocabulary vocabulary);
  /// The tokenizer of a model file.
  /// @throws Error as the constructor does, with the file's name; gguf::Error when a key is missing or of a
  /// wrong type
  static std::unique_ptr<Tokenizer> load(const gguf::File& file);

  /// Any text has ids: bytes that are not UTF-8 count as U+FFFD, the replacement character.
  /// @throws Error when a character has no token, its bytes have none, and the vocabulary has no unknown
  /// token
  std::vector<Token> encode(std::string_view text, EncodeOptions options = {}) const;

  /// The ids of a text in parts, without BOS and EOS. Plain text goes on from part to part: "[INST] " and
  /// "Hi" have the ids of "[INST] Hi". A special token lies in one part.
  /// @throws Error as encode
  std::vector<Token> encode_parts(std::span<const TextPart> parts) const;

  /// The bytes a token stands for. They may begin or end inside a UTF-8 character: see Utf8Stream.
  /// An unknown token is U+FFFD.
  /// @throws Error when the id is not in the vocabulary
  std::string decode_piece(Token token, DecodeOptions options = {}) const;

  /// The bytes of all tokens, without the space that encode() put before a SentencePiece text.
  std::string decode(std::span<const Token> tokens, DecodeOptions options = {}) const;

  std::size_t vocab_size() const { return vocabulary_.tokens.size(); }
  VocabularyKind kind() const { return vocabulary_.kind; }
  std::optional<Token> bos() const { return vocabulary_.bos; }
  std::optional<Token> eos() const { return vocabulary_.eos; }
  bool adds_bos() const { return vocabulary_.add_bos; }

  /// Whether a model that produced this token has said all it wants to: end of text, of a turn, of a message.
  bool is_end_of_generation(Token token) const;
  /// The token as the file writes it, to show to people.
  /// @throws Error when the id is not in the vocabulary
  const std::string& token_text(Token token) const;
  TokenType token_type(Token token) const;
  /// The special or user-defined token with this text, such as "<|im_end|>".
  std::optional<Token> find_special(std::string_view text) const;

 private:
  void append_parts(std::span<const TextPart> parts, std::vector<Token>& tokens) const;
  std::size_t index_of(Token token) const;
  std::string piece_of(std::size_t id) const;

  Vocabulary vocabulary_;
  SpecialTokens special_tokens_;
  std::unique_ptr<const TextEncoder> encoder_;
  std::vector<std::string> pieces_;       // [size] what decode_piece gives
  std::vector<Token> end_of_generation_;  // sorted
};

}  // namespace tokenizer
