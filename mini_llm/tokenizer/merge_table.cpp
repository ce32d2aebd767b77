#include "tokenizer/merge_table.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <utility>

namespace tokenizer {
namespace {

constexpr Symbol kEmpty = std::numeric_limits<Symbol>::min();  // no symbol: characters end at ~0x10FFFF
constexpr std::uint32_t kEnd = std::numeric_limits<std::uint32_t>::max();

/// Spreads a pair over 64 bits (a multiplication by an odd constant, high bits folded down).
std::uint64_t hash(Symbol left, Symbol right) {
  const std::uint64_t key =
      (std::uint64_t{static_cast<std::uint32_t>(left)} << 32) | static_cast<std::uint32_t>(right);
  const std::uint64_t product = key * 0x9E3779B97F4A7C15u;
  return product ^ (product >> 32);
}

}  // namespace

MergeTable::MergeTable(std::size_t expected_pairs)
    : slots_(std::bit_ceil(std::max<std::size_t>(16, 2 * expected_pairs)), Slot{kEmpty, kEmpty, {}}) {}

/// The slot that holds the pair, or the empty one where it would go.
std::size_t MergeTable::slot_of(Symbol left, Symbol right) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash(left, right) & mask;
  while (slots_[slot].left != kEmpty && (slots_[slot].left != left || slots_[slot].right != right))
    slot = (slot + 1) & mask;
  return slot;
}

void MergeTable::add(Symbol left, Symbol right, Merge merge) {
  if (2 * (used_ + 1) > slots_.size()) grow();
  Slot& slot = slots_[slot_of(left, right)];
  if (slot.left != kEmpty) return;
  slot = {left, right, merge};
  ++used_;
}

void MergeTable::grow() {
  const std::vector<Slot> old =
      std::exchange(slots_, std::vector<Slot>(2 * slots_.size(), Slot{kEmpty, kEmpty, {}}));
  for (const Slot& slot : old)
    if (slot.left != kEmpty) slots_[slot_of(slot.left, slot.right)] = slot;
}

const MergeTable::Merge* MergeTable::find(Symbol left, Symbol right) const {
  const Slot& slot = slots_[slot_of(left, right)];
  return slot.left == kEmpty ? nullptr : &slot.merge;
}

void MergeTable::merge(std::vector<Symbol>& symbols, Workspace& workspace) const {
  if (symbols.size() < 2) return;
  auto& nodes = workspace.nodes;
  auto& heap = workspace.heap;
  heap.clear();
  nodes.resize(symbols.size());
  const auto count = static_cast<std::uint32_t>(symbols.size());
  for (std::uint32_t i = 0; i < count; ++i)
    nodes[i] = {symbols[i], i == 0 ? kEnd : i - 1, i + 1 == count ? kEnd : i + 1};

  const auto consider = [&](std::uint32_t position) {
    const std::uint32_t next = nodes[position].next;
    if (next == kEnd) return false;
    const Merge* merge = find(nodes[position].symbol, nodes[next].symbol);
    if (merge == nullptr) return false;
    heap.push_back({merge->rank, position, nodes[position].symbol, nodes[next].symbol, merge->result});
    return true;
  };
  const auto consider_and_sift = [&](std::uint32_t position) {
    if (consider(position)) std::push_heap(heap.begin(), heap.end(), std::greater<>{});
  };

  for (std::uint32_t i = 0; i + 1 < count; ++i) consider(i);
  std::make_heap(heap.begin(), heap.end(), std::greater<>{});

  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), std::greater<>{});
    const Workspace::Candidate best = heap.back();
    heap.pop_back();

    // A neighbour may have been merged away since the pair was found.
    auto& left = nodes[best.position];
    if (left.symbol != best.left || left.next == kEnd || nodes[left.next].symbol != best.right) continue;

    auto& right = nodes[left.next];
    left.symbol = best.result;
    left.next = right.next;
    right.symbol = kEmpty;
    if (left.next != kEnd) nodes[left.next].previous = best.position;

    if (left.previous != kEnd) consider_and_sift(left.previous);
    consider_and_sift(best.position);
  }

  symbols.clear();
  for (std::uint32_t i = 0; i != kEnd; i = nodes[i].next) symbols.push_back(nodes[i].symbol);
}

}  // namespace tokenizer
