#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tokenizer/token.h"

namespace tokenizer {

/// A piece of text while it is being merged: a token's id, or a negative number for a character or byte that
/// is no token. Such symbols can still be a part of a token, so they need an identity.
using Symbol = std::int32_t;

constexpr Symbol symbol_without_token(char32_t character) { return ~static_cast<Symbol>(character); }
constexpr char32_t character_of(Symbol symbol) { return static_cast<char32_t>(~symbol); }

/// Which pairs of neighbouring symbols become one, and in what order. Both kinds of tokenizer end in this:
/// byte-level BPE reads its merges from the file, SentencePiece's follow from the scores.
///
/// Pairs are found through an open-addressing hash table, 16 bytes an entry: one cache miss per question,
/// where std::unordered_map takes two or three.
class MergeTable {
 public:
  struct Merge {
    std::uint32_t rank;  ///< the pair of the lowest rank in a text is merged first, the leftmost of equals
    Token result;
  };

  /// Buffers for merge(); reusing them over many words saves allocations.
  class Workspace {
    friend class MergeTable;
    struct Node {
      Symbol symbol;
      std::uint32_t previous;
      std::uint32_t next;
    };
    struct Candidate {
      std::uint32_t rank;
      std::uint32_t position;  // of the left node
      Symbol left;             // as they were when this was found; the text may have moved on since
      Symbol right;
      Token result;
      bool operator>(const Candidate& other) const {
        return rank != other.rank ? rank > other.rank : position > other.position;
      }
    };
    std::vector<Node> nodes;
    std::vector<Candidate> heap;
  };

  explicit MergeTable(std::size_t expected_pairs = 0);

  /// Adds a pair; one that is there already stays as it is.
  void add(Symbol left, Symbol right, Merge merge);

  /// nullptr when the two do not merge.
  const Merge* find(Symbol left, Symbol right) const;

  /// Merges `symbols` in place until no pair is left that merges. O(n log n) in the number of symbols.
  void merge(std::vector<Symbol>& symbols, Workspace& workspace) const;

 private:
  struct Slot {
    Symbol left;
    Symbol right;
    Merge merge;
  };

  std::size_t slot_of(Symbol left, Symbol right) const;
  void grow();

  std::vector<Slot> slots_;  // a power of two; at most half of them used
  std::size_t used_ = 0;
};

}  // namespace tokenizer
