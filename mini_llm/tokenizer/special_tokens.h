#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tokenizer/vocabulary.h"

namespace tokenizer {

/// Finds in a text the tokens that are never split: user-defined ones always, control and unknown ones when
/// asked. A trie over their texts; of tokens that begin at the same place the longest is taken.
class SpecialTokens {
 public:
  explicit SpecialTokens(const Vocabulary& vocabulary);

  struct Match {
    std::size_t position;
    std::size_t length;
    Token token;
  };
  /// The first special token at or after `from`.
  /// @param control  whether control and unknown tokens count
  std::optional<Match> find(std::string_view text, std::size_t from, bool control) const;

 private:
  using Node = std::uint32_t;
  struct End {
    Token token;
    bool is_control;
  };

  void insert(std::string_view text, End end);
  std::optional<Match> longest_at(std::string_view text, std::size_t position, bool control) const;

  static constexpr Node kRoot = 0;
  Node nodes_ = 1;
  std::unordered_map<std::uint64_t, Node> children_;  // key: node * 256 + byte
  std::unordered_map<Node, End> ends_;
  std::array<bool, 256> begins_{};  // bytes that some special token begins with
};

}  // namespace tokenizer
