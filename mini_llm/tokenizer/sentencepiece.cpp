#include "tokenizer/sentencepiece.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "tokenizer/utf8.h"

namespace tokenizer {
namespace {

constexpr char32_t kSpaceMarkCodePoint = 0x2581;

/// Rank of every score: 0 for the highest, the same for equal ones.
std::unordered_map<float, std::uint32_t> rank_scores(std::vector<float> scores) {
  std::sort(scores.begin(), scores.end(), std::greater<>{});
  scores.erase(std::unique(scores.begin(), scores.end()), scores.end());
  std::unordered_map<float, std::uint32_t> ranks;
  for (std::uint32_t rank = 0; rank < scores.size(); ++rank) ranks.emplace(scores[rank], rank);
  return ranks;
}

/// Where each character of `token` begins, and its end.
std::vector<std::size_t> character_bounds(std::string_view token) {
  std::vector<std::size_t> bounds = {0};
  while (bounds.back() < token.size())
    bounds.push_back(bounds.back() + decode_utf8(token.substr(bounds.back())).length);
  return bounds;
}

}  // namespace

SentencePieceEncoder::SentencePieceEncoder(const Vocabulary& vocabulary)
    : unknown_(vocabulary.unknown), add_space_prefix_(vocabulary.add_space_prefix) {
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id)
    if (vocabulary.types[id] == TokenType::kByte) {
      std::optional<Token>& token = bytes_[*parse_byte_token(vocabulary.tokens[id])];
      if (!token) token = static_cast<Token>(id);
    }
  add_merges(vocabulary);
}

/// Every way to split a token into two parts that a text can have as symbols is a pair that merges into it.
void SentencePieceEncoder::add_merges(const Vocabulary& vocabulary) {
  // Of tokens with the same text the first counts. Text is valid UTF-8, so a token that is not never occurs
  // in it.
  std::unordered_map<std::string_view, Token> by_text;
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    const std::string& token = vocabulary.tokens[id];
    if (!token.empty() && comes_from_text(vocabulary.types[id]) && is_valid_utf8(token))
      by_text.emplace(token, static_cast<Token>(id));
  }
  for (const auto& [text, id] : by_text) {
    const Utf8Char first = decode_utf8(text);
    if (first.length == text.size()) characters_.emplace(first.code_point, id);
  }

  const auto symbol_of_text = [&](std::string_view text) -> std::optional<Symbol> {
    if (const auto found = by_text.find(text); found != by_text.end()) return found->second;
    const Utf8Char first = decode_utf8(text);
    if (first.length == text.size()) return symbol_without_token(first.code_point);
    return std::nullopt;
  };
  const auto ranks = rank_scores(vocabulary.scores);
  for (const auto& [text, id] : by_text) {
    const std::vector<std::size_t> bounds = character_bounds(text);
    for (std::size_t i = 1; i + 1 < bounds.size(); ++i) {
      const auto left = symbol_of_text(text.substr(0, bounds[i]));
      const auto right = symbol_of_text(text.substr(bounds[i]));
      if (left && right)
        merges_.add(*left, *right, {ranks.at(vocabulary.scores[static_cast<std::size_t>(id)]), id});
      const bool space_inside = text.substr(bounds[i]).starts_with(kSpaceMark) &&
                                text.substr(bounds[i - 1], kSpaceMark.size()) != kSpaceMark;
      if (space_inside) spaces_begin_tokens_ = false;
    }
  }
}

Symbol SentencePieceEncoder::symbol_of(char32_t character) const {
  const auto found = characters_.find(character);
  return found == characters_.end() ? symbol_without_token(character) : found->second;
}

void SentencePieceEncoder::encode(std::string_view text, bool begins_text, std::vector<Token>& out) const {
  std::vector<Symbol> symbols;
  MergeTable::Workspace workspace;
  char32_t previous = kSpaceMarkCodePoint;
  const auto finish_word = [&] {
    merges_.merge(symbols, workspace);
    for (const Symbol symbol : symbols) append(symbol, out);
    symbols.clear();
  };
  const auto add_character = [&](char32_t character) {
    if (character == U' ') character = kSpaceMarkCodePoint;
    // Where no token spans the beginning of a word, words are independent: short ones merge in cache.
    if (spaces_begin_tokens_ && character == kSpaceMarkCodePoint && previous != kSpaceMarkCodePoint)
      finish_word();
    symbols.push_back(symbol_of(character));
    previous = character;
  };

  if (add_space_prefix_ && begins_text) add_character(U' ');
  while (!text.empty()) {
    const Utf8Char c = decode_utf8(text);
    add_character(c.code_point);
    text.remove_prefix(c.length);
  }
  finish_word();
}

/// A character without a token becomes its bytes, or the unknown token where the vocabulary lacks one of
/// them.
void SentencePieceEncoder::append(Symbol symbol, std::vector<Token>& out) const {
  if (symbol >= 0) return out.push_back(symbol);

  std::string utf8;
  append_utf8(utf8, character_of(symbol));
  const auto byte_token = [&](char byte) { return bytes_[static_cast<std::uint8_t>(byte)]; };
  if (std::all_of(utf8.begin(), utf8.end(), byte_token)) {
    for (const char byte : utf8) out.push_back(*byte_token(byte));
  } else if (unknown_) {
    out.push_back(*unknown_);
  } else {
    throw Error(
        fmt::format("tokenizer: the vocabulary has no token for the character '{}' (U+{:04X}), no tokens for "
                    "its bytes and no unknown token; leave the character out of the text",
                    utf8, static_cast<std::uint32_t>(character_of(symbol))));
  }
}

std::string sentencepiece_piece(const std::string& token, TokenType type) {
  if (type == TokenType::kByte) return std::string(1, static_cast<char>(parse_byte_token(token).value()));
  std::string piece;
  for (std::size_t i = 0; i < token.size();) {
    const bool space = token.compare(i, kSpaceMark.size(), kSpaceMark) == 0;
    piece += space ? ' ' : token[i];
    i += space ? kSpaceMark.size() : 1;
  }
  return piece;
}

}  // namespace tokenizer
