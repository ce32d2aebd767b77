#include "warp_log.h"

#include <utility>

namespace emulator::instrument {

namespace {

constexpr std::size_t kFirstCapacity = 64;

std::size_t hash(std::uint32_t pc, std::uint32_t key, std::uint32_t kind) {
  std::uint64_t value = (std::uint64_t{key} << 32 | pc) ^ std::uint64_t{kind} << 20;
  value *= 0x9E3779B97F4A7C15u;
  return static_cast<std::size_t>(value >> 32);
}

}  // namespace

void WarpLog::restart() {
  if (rows_.capacity() == 0) {
    rows_.grow(kFirstCapacity);
    addresses_.grow(kFirstCapacity);
    index_.resize(2 * kFirstCapacity);
  }
  rows_[0] = {};  // no instruction is at the start of the program
  rows_[0].lanes = ~0u;
  count_ = 1;
  at_.fill(0);
  indexed_ = 0;
  if (++generation_ == 0) {
    for (Entry& entry : index_) entry = {};
    generation_ = 1;
  }
}

WarpLog::Entry& WarpLog::entry(std::uint32_t pc, std::uint32_t key, std::uint32_t kind) {
  const std::size_t last = index_.size() - 1;
  std::size_t at = hash(pc, key, kind) & last;
  while (index_[at].generation == generation_ && !is(index_[at].row, pc, key, kind)) at = (at + 1) & last;
  return index_[at];
}

std::uint32_t WarpLog::append(std::uint32_t pc, std::uint32_t key, std::uint32_t kind) {
  if (count_ == rows_.capacity()) {
    rows_.grow(2 * count_);
    addresses_.grow(2 * count_);
  }
  rows_[count_] = {pc, key, kind, 0, 0, 0, 0, 0};
  return static_cast<std::uint32_t>(count_++);
}

void WarpLog::grow_index() {
  std::vector<Entry> old(2 * index_.size());
  std::swap(old, index_);
  for (const Entry& kept : old) {
    if (kept.generation != generation_) continue;
    const Row& row = rows_[kept.row];
    entry(row.pc, row.key, row.kind) = kept;
  }
}

std::uint32_t WarpLog::find(unsigned lane, std::uint32_t pc, std::uint32_t key, std::uint32_t kind) {
  // Behind the lane's last row, if that was of the same kind: a loop whose iterations nobody tells apart.
  std::uint32_t row = is(at_[lane], pc, key, kind) ? at_[lane] : 0;
  Entry* const first = &entry(pc, key, kind);
  if (first->generation != generation_) {
    const std::uint32_t made = append(pc, key, kind);
    rows_[made].last_same = made;
    *first = {generation_, made};
    if (2 * ++indexed_ > index_.size()) grow_index();
    return made;
  }
  const std::uint32_t head = first->row;
  if (row == 0) row = head;
  const std::uint32_t last = rows_[head].last_same;
  // The first that the lane is not in is its next.
  if (!(rows_[last].lanes >> lane & 1)) {
    while ((rows_[row].lanes >> lane & 1) != 0) row = rows_[row].next_same;
    return row;
  }
  row = append(pc, key, kind);
  rows_[last].next_same = row;
  rows_[row].previous_same = last;
  rows_[head].last_same = row;
  return row;
}

}  // namespace emulator::instrument
