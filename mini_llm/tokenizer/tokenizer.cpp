#include "tokenizer/tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "bytes/printable.h"
#include "gguf/file.h"
#include "tokenizer/byte_level_bpe.h"
#include "tokenizer/sentencepiece.h"

namespace tokenizer {
namespace {

/// Tokens that end a turn or a text are known by name: most files name only one of them as EOS.
constexpr std::array<std::string_view, 12> kEndNames = {
    "<|eot_id|>",    "<|eom_id|>",      "<|end_of_text|>",       "<|im_end|>", "<|endoftext|>", "<|end|>",
    "<end_of_turn>", "<|end_of_turn|>", "<｜end▁of▁sentence｜>", "<|eot|>",    "<EOT>",         "</s>"};

constexpr std::size_t kMaxTextBytes = std::numeric_limits<std::int32_t>::max();

Vocabulary validated(Vocabulary vocabulary) {
  vocabulary.validate();
  return vocabulary;
}

std::unique_ptr<const TextEncoder> make_encoder(const Vocabulary& vocabulary) {
  if (vocabulary.kind == VocabularyKind::kSentencePiece)
    return std::make_unique<SentencePieceEncoder>(vocabulary);
  return std::make_unique<ByteLevelBpeEncoder>(vocabulary);
}

}  // namespace

Tokenizer::Tokenizer(Vocabulary vocabulary)
    : vocabulary_(validated(std::move(vocabulary))),
      special_tokens_(vocabulary_),
      encoder_(make_encoder(vocabulary_)) {
  pieces_.reserve(vocab_size());
  for (std::size_t id = 0; id < vocab_size(); ++id) pieces_.push_back(piece_of(id));

  for (const auto id : {vocabulary_.eos, vocabulary_.end_of_turn})
    if (id) end_of_generation_.push_back(*id);
  for (const std::string_view name : kEndNames)
    if (const auto id = find_special(name)) end_of_generation_.push_back(*id);
  std::sort(end_of_generation_.begin(), end_of_generation_.end());
}

std::unique_ptr<Tokenizer> Tokenizer::load(const gguf::File& file) {
  try {
    return std::make_unique<Tokenizer>(Vocabulary::load(file));
  } catch (const Unsupported& error) {
    throw Unsupported(fmt::format("{}: {}", bytes::printable(file.path().string()), error.what()));
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", bytes::printable(file.path().string()), error.what()));
  }
}

std::string Tokenizer::piece_of(std::size_t id) const {
  const std::string& token = vocabulary_.tokens[id];
  const TokenType type = vocabulary_.types[id];
  if (type == TokenType::kControl) return {};
  if (type == TokenType::kUnknown) return std::string(kReplacementCharacter);
  return kind() == VocabularyKind::kSentencePiece ? sentencepiece_piece(token, type)
                                                  : byte_level_piece(token, type);
}

std::vector<Token> Tokenizer::encode(std::string_view text, EncodeOptions options) const {
  std::vector<Token> tokens;
  if (options.add_special && vocabulary_.add_bos) tokens.push_back(*vocabulary_.bos);
  const TextPart part{text, options.parse_special};
  append_parts({&part, 1}, tokens);
  if (options.add_special && vocabulary_.add_eos) tokens.push_back(*vocabulary_.eos);
  return tokens;
}

std::vector<Token> Tokenizer::encode_parts(std::span<const TextPart> parts) const {
  std::vector<Token> tokens;
  append_parts(parts, tokens);
  return tokens;
}

void Tokenizer::append_parts(std::span<const TextPart> parts, std::vector<Token>& tokens) const {
  std::string plain;          // what has come since the last special token
  bool after_special = true;  // the beginning counts as such
  const auto encode_plain = [&] {
    if (plain.empty()) return;
    encoder_->encode(plain, after_special, tokens);
    after_special = false;
    plain.clear();
  };
  std::size_t size = 0;
  for (const TextPart& part : parts) {
    size += part.text.size();
    if (size > kMaxTextBytes)
      throw Error(fmt::format("tokenizer: the text has {} bytes; at most {} can be tokenized at once", size,
                              kMaxTextBytes));
    std::string repaired;
    std::string_view text = part.text;
    if (!is_valid_utf8(text)) text = repaired = replace_invalid_utf8(text);

    for (std::size_t position = 0; position < text.size();) {
      const auto special = special_tokens_.find(text, position, part.parse_special);
      const std::size_t plain_end = special ? special->position : text.size();
      plain += text.substr(position, plain_end - position);
      position = plain_end;
      if (special) {
        encode_plain();
        tokens.push_back(special->token);
        position += special->length;
        after_special = true;
      }
    }
  }
  encode_plain();
}

std::string Tokenizer::decode_piece(Token token, DecodeOptions options) const {
  const std::size_t id = index_of(token);
  return options.show_special && vocabulary_.types[id] == TokenType::kControl ? vocabulary_.tokens[id]
                                                                              : pieces_[id];
}

std::string Tokenizer::decode(std::span<const Token> tokens, DecodeOptions options) const {
  std::string text;
  bool begins_text = vocabulary_.add_space_prefix;
  for (const Token token : tokens) {
    std::string piece = decode_piece(token, options);
    if (token_type(token) != TokenType::kControl) {
      if (begins_text && piece.starts_with(' ')) piece.erase(0, 1);
      begins_text = false;
    }
    text += piece;
  }
  return text;
}

bool Tokenizer::is_end_of_generation(Token token) const {
  return std::binary_search(end_of_generation_.begin(), end_of_generation_.end(), token);
}

const std::string& Tokenizer::token_text(Token token) const { return vocabulary_.tokens[index_of(token)]; }

TokenType Tokenizer::token_type(Token token) const { return vocabulary_.types[index_of(token)]; }

std::optional<Token> Tokenizer::find_special(std::string_view text) const {
  const auto match = special_tokens_.find(text, 0, true);
  if (!match || match->length != text.size()) return std::nullopt;
  return match->token;
}

std::size_t Tokenizer::index_of(Token token) const {
  if (token < 0 || static_cast<std::size_t>(token) >= vocab_size())
    throw Error(
        fmt::format("tokenizer: there is no token {}; the vocabulary has {}, from 0", token, vocab_size()));
  return static_cast<std::size_t>(token);
}

}  // namespace tokenizer
