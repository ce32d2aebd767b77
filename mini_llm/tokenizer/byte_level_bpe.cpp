#include "tokenizer/byte_level_bpe.h"

#include <fmt/format.h>

#include "bytes/printable.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/error.h"
#include "tokenizer/split_pattern.h"

namespace tokenizer {
namespace {

struct MergeText {
  std::string_view left;
  std::string_view right;
};

/// "left right"; the two are written in the byte alphabet, where a space is another character.
std::optional<MergeText> parse_merge(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == 0 || space == std::string_view::npos || space + 1 == text.size()) return std::nullopt;
  if (text.find(' ', space + 1) != std::string_view::npos) return std::nullopt;
  return MergeText{text.substr(0, space), text.substr(space + 1)};
}

}  // namespace

ByteLevelBpeEncoder::ByteLevelBpeEncoder(const Vocabulary& vocabulary)
    : merges_(vocabulary.merges.size()), unknown_(vocabulary.unknown) {
  const SplitPattern pattern = find_split_pattern(vocabulary.pre_tokenizer);
  for (const std::string& expression : pattern.expressions) splits_.emplace_back(expression);

  // Of tokens with the same text the first counts, but none that text never yields before one that it does.
  TokenByBytes tokens;
  tokens.reserve(vocabulary.tokens.size());
  for (const bool from_text : {true, false})
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
      if (vocabulary.tokens[id].empty() || comes_from_text(vocabulary.types[id]) != from_text) continue;
      if (auto bytes = decode_byte_alphabet(vocabulary.tokens[id]))
        tokens.emplace(*std::move(bytes), static_cast<Token>(id));
    }
  add_merges(vocabulary, tokens);

  std::erase_if(tokens, [&](const auto& entry) {
    return !comes_from_text(vocabulary.types[static_cast<std::size_t>(entry.second)]);
  });
  for (std::size_t byte = 0; byte < bytes_.size(); ++byte) {
    const auto found = tokens.find(std::string(1, static_cast<char>(byte)));
    bytes_[byte] = found != tokens.end() ? found->second : symbol_without_token(static_cast<char32_t>(byte));
  }
  if (pattern.ignores_merges) whole_words_ = std::move(tokens);
}

void ByteLevelBpeEncoder::add_merges(const Vocabulary& vocabulary, const TokenByBytes& tokens) {
  for (std::size_t rank = 0; rank < vocabulary.merges.size(); ++rank) {
    const auto fail = [&](std::string_view why) {
      return damaged(fmt::format("merge {}, '{}', {}", rank, bytes::printable(vocabulary.merges[rank]), why));
    };
    const auto text = parse_merge(vocabulary.merges[rank]);
    if (!text) throw fail("is not two tokens with one space between them");
    const auto left_bytes = decode_byte_alphabet(text->left);
    const auto right_bytes = decode_byte_alphabet(text->right);
    if (!left_bytes || !right_bytes) throw fail("has characters that stand for no byte");
    const auto left = tokens.find(*left_bytes);
    const auto right = tokens.find(*right_bytes);
    const auto result = tokens.find(*left_bytes + *right_bytes);
    if (left == tokens.end() || right == tokens.end() || result == tokens.end())
      throw fail("joins or makes a token that is not in the vocabulary");
    // A special token is never made from plain text, whatever the merges say.
    if (!comes_from_text(vocabulary.types[static_cast<std::size_t>(result->second)])) continue;
    merges_.add(left->second, right->second, {static_cast<std::uint32_t>(rank), result->second});
  }
}

void ByteLevelBpeEncoder::encode(std::string_view text, bool /*begins_text*/, std::vector<Token>& out) const {
  std::vector<std::string_view> words = {text};
  for (const Regex& regex : splits_) words = regex.split(words);

  std::vector<Symbol> symbols;
  MergeTable::Workspace workspace;
  for (const std::string_view word : words) {
    if (const auto whole = whole_words_.find(word); whole != whole_words_.end()) {
      out.push_back(whole->second);
      continue;
    }
    symbols.clear();
    for (const char byte : word) symbols.push_back(bytes_[static_cast<std::uint8_t>(byte)]);
    merges_.merge(symbols, workspace);
    for (const Symbol symbol : symbols) {
      if (symbol < 0 && !unknown_)
        throw Error(fmt::format(
            "tokenizer: the vocabulary has no token for byte 0x{:02X} of '{}' and no unknown token; "
            "leave it out of the text",
            static_cast<unsigned>(character_of(symbol)), bytes::printable(word)));
      out.push_back(symbol < 0 ? *unknown_ : symbol);
    }
  }
}

std::string byte_level_piece(const std::string& token, TokenType type) {
  if (type == TokenType::kNormal || type == TokenType::kUnused)
    return decode_byte_alphabet(token).value_or(token);
  return token;
}

}  // namespace tokenizer
