#include "tokenizer/merge_table.h"

#include <map>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "support/catch.h"

using namespace tokenizer;

namespace {

using Pairs = std::map<std::pair<Symbol, Symbol>, MergeTable::Merge>;

/// The definition: join the leftmost pair of the lowest rank, until there is none.
std::vector<Symbol> merge_slowly(std::vector<Symbol> symbols, const Pairs& pairs) {
  for (;;) {
    std::optional<std::pair<std::uint32_t, std::size_t>> best;  // rank, position
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
      const auto pair = pairs.find({symbols[i], symbols[i + 1]});
      if (pair != pairs.end() && (!best || pair->second.rank < best->first)) best = {pair->second.rank, i};
    }
    if (!best) return symbols;
    const auto at = symbols.begin() + static_cast<std::ptrdiff_t>(best->second);
    *at = pairs.at({*at, *(at + 1)}).result;
    symbols.erase(at + 1);
  }
}

}  // namespace

TEST_CASE("merging gives what the definition gives, for random pairs and symbols") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  MergeTable::Workspace workspace;
  for (int round = 0; round < 300; ++round) {
    const int alphabet = 2 + static_cast<int>(random() % 12);
    const auto symbol = [&] {
      return static_cast<Symbol>(random() % static_cast<std::uint64_t>(alphabet)) - 2;
    };
    MergeTable table;
    Pairs pairs;
    for (int i = 0; i < 3 * alphabet; ++i) {
      const std::pair key{symbol(), symbol()};
      const MergeTable::Merge merge{static_cast<std::uint32_t>(random() % 8), std::max(0, symbol())};
      table.add(key.first, key.second, merge);
      pairs.emplace(key, merge);  // both keep the first
    }
    std::vector<Symbol> symbols(random() % 40);
    for (Symbol& s : symbols) s = symbol();
    std::vector<Symbol> merged = symbols;
    table.merge(merged, workspace);
    REQUIRE(merged == merge_slowly(symbols, pairs));
  }
}

TEST_CASE("a table finds what was added and nothing else, while it grows") {
  MergeTable table;
  for (Symbol i = 0; i < 5000; ++i) table.add(i * 65536, ~i, {static_cast<std::uint32_t>(i), i});
  for (Symbol i = 0; i < 5000; ++i) {
    const MergeTable::Merge* merge = table.find(i * 65536, ~i);
    REQUIRE(merge != nullptr);
    REQUIRE(merge->result == i);
    REQUIRE(table.find(i * 65536, i) == nullptr);
  }
}

TEST_CASE("a pair that is added twice keeps its first merge") {
  MergeTable table;
  table.add(1, 2, {7, 3});
  table.add(1, 2, {0, 4});
  CHECK(table.find(1, 2)->rank == 7);
  CHECK(table.find(1, 2)->result == 3);
}
