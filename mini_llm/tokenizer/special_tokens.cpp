#include "tokenizer/special_tokens.h"

namespace tokenizer {
namespace {

std::uint64_t child_key(std::uint32_t node, char byte) {
  return (std::uint64_t{node} << 8) | static_cast<std::uint8_t>(byte);
}

}  // namespace

SpecialTokens::SpecialTokens(const Vocabulary& vocabulary) {
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    const TokenType type = vocabulary.types[id];
    const bool is_control = type == TokenType::kControl || type == TokenType::kUnknown;
    if ((is_control || type == TokenType::kUserDefined) && !vocabulary.tokens[id].empty())
      insert(vocabulary.tokens[id], {static_cast<Token>(id), is_control});
  }
}

void SpecialTokens::insert(std::string_view text, End end) {
  begins_[static_cast<std::uint8_t>(text.front())] = true;
  Node node = kRoot;
  for (const char byte : text) {
    const auto [child, added] = children_.try_emplace(child_key(node, byte), nodes_);
    if (added) ++nodes_;
    node = child->second;
  }
  ends_.try_emplace(node, end);  // of tokens with the same text the first counts
}

std::optional<SpecialTokens::Match> SpecialTokens::find(std::string_view text, std::size_t from,
                                                        bool control) const {
  for (std::size_t position = from; position < text.size(); ++position) {
    if (!begins_[static_cast<std::uint8_t>(text[position])]) continue;
    if (auto match = longest_at(text, position, control)) return match;
  }
  return std::nullopt;
}

std::optional<SpecialTokens::Match> SpecialTokens::longest_at(std::string_view text, std::size_t position,
                                                              bool control) const {
  std::optional<Match> longest;
  Node node = kRoot;
  for (std::size_t i = position; i < text.size(); ++i) {
    const auto child = children_.find(child_key(node, text[i]));
    if (child == children_.end()) break;
    node = child->second;
    const auto end = ends_.find(node);
    if (end != ends_.end() && (control || !end->second.is_control))
      longest = Match{position, i + 1 - position, end->second.token};
  }
  return longest;
}

}  // namespace tokenizer
