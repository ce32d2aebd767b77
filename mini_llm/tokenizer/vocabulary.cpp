#include "tokenizer/vocabulary.h"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <limits>

#include "bytes/printable.h"
#include "tokenizer/error.h"

namespace tokenizer {
namespace {

std::optional<std::uint8_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

void check_length(std::size_t length, std::size_t size, const char* what) {
  if (length != size) throw damaged(fmt::format("there are {} {} for {} tokens", length, what, size));
}

void check_id(std::optional<Token> id, std::size_t size, const char* what) {
  if (id && (*id < 0 || static_cast<std::size_t>(*id) >= size))
    throw damaged(fmt::format("the {} token has id {}, but the vocabulary has {} tokens", what, *id, size));
}

}  // namespace

void Vocabulary::validate() const {
  const std::size_t size = tokens.size();
  if (size == 0) throw damaged("there are no tokens");
  if (size > static_cast<std::size_t>(std::numeric_limits<Token>::max()))
    throw damaged(fmt::format("there are {} tokens, more than an id can number", size));
  check_length(types.size(), size, "token types");
  if (kind == VocabularyKind::kSentencePiece) check_length(scores.size(), size, "scores");

  for (std::size_t id = 0; id < size; ++id) {
    if (tokens[id].size() > kMaxTokenBytes)
      throw damaged(fmt::format("token {} is {} bytes long; a token has at most {}", id, tokens[id].size(),
                                kMaxTokenBytes));
    if (types[id] == TokenType::kByte && !parse_byte_token(tokens[id]))
      throw damaged(fmt::format("byte token {} is '{}', which is not one of <0x00> to <0xFF>", id,
                                bytes::printable(tokens[id])));
  }
  for (std::size_t id = 0; id < scores.size(); ++id)
    if (std::isnan(scores[id])) throw damaged(fmt::format("the score of token {} is not a number", id));

  check_id(bos, size, "BOS");
  check_id(eos, size, "EOS");
  check_id(end_of_turn, size, "end-of-turn");
  check_id(unknown, size, "unknown");
  if (add_bos && !bos) throw damaged("a BOS token shall be added, but none is named");
  if (add_eos && !eos) throw damaged("an EOS token shall be added, but none is named");
}

std::optional<std::uint8_t> parse_byte_token(const std::string& text) {
  if (text.size() != 6 || text.compare(0, 3, "<0x") != 0 || text[5] != '>') return std::nullopt;
  const auto high = hex_digit(text[3]);
  const auto low = hex_digit(text[4]);
  if (!high || !low) return std::nullopt;
  return static_cast<std::uint8_t>(*high * 16 + *low);
}

}  // namespace tokenizer
