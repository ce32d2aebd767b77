/// @file
/// Groups divided into smaller ones, and the functions that take any group.
#pragma once

#include <type_traits>
#include <utility>

#include <emulator/cooperative_groups/lanes.h>

namespace cooperative_groups {

/// Tiles of Size neighbours.
template <unsigned int Size>
inline thread_block_tile<Size, thread_block> tiled_partition(const thread_block& block) {
  return {block.thread_rank() / Size, (block.num_threads() + Size - 1) / Size};
}
template <unsigned int Size, unsigned int ParentSize, typename Grandparent>
inline thread_block_tile<Size, thread_block_tile<ParentSize, Grandparent>> tiled_partition(
    const thread_block_tile<ParentSize, Grandparent>& tile) {
  static_assert(Size <= ParentSize, "a tile cannot be divided into greater ones");
  return {tile.thread_rank() / Size, ParentSize / Size};
}

/// Groups of `size` threads with neighbouring ranks; the last may be smaller.
inline coalesced_group tiled_partition(const coalesced_group& group, unsigned int size) {
  const unsigned int rank = group.thread_rank();
  const unsigned int first = rank / size * size;
  unsigned int mask = 0;
  for (unsigned int r = first; r < first + size && r < group.size(); ++r)
    mask |= 1u << group.lanes().lane_of(r);
  return coalesced_group(mask, rank / size, (group.size() + size - 1) / size);
}
inline thread_group tiled_partition(const thread_group& parent, unsigned int size) {
  const unsigned int lane = emulator::lane_index();
  const unsigned int in_tile = (size >= 32 ? 0xffffffffu : (1u << size) - 1) << (lane & ~(size - 1));
  if (parent.is_block()) return thread_group(emulator::LaneGroup{in_tile & emulator::warp_lanes()});
  return tiled_partition(coalesced_group(parent.lanes().mask), size);
}

/// The threads of `group` that brought the same label.
template <typename Group, typename Label>
inline coalesced_group labeled_partition(const Group& group, Label label, CodeLine where = CodeLine::here()) {
  const emulator::LaneGroup lanes = group.lanes();
  const unsigned same = lanes.match(label, "labeled_partition", where);
  // Number the groups by their first lanes.
  const unsigned leaders = lanes
                               .vote(static_cast<unsigned>(__builtin_ctz(same)) == emulator::lane_index(),
                                     "labeled_partition", where)
                               .yes;
  const unsigned below = (1u << __builtin_ctz(same)) - 1;
  return coalesced_group(same, static_cast<unsigned>(__builtin_popcount(leaders & below)),
                         static_cast<unsigned>(__builtin_popcount(leaders)));
}

/// Two groups: the threads where `predicate` is true, and the others.
template <typename Group>
inline coalesced_group binary_partition(const Group& group, bool predicate,
                                        CodeLine where = CodeLine::here()) {
  const emulator::LaneGroup::Votes votes = group.lanes().vote(predicate, "binary_partition", where);
  return coalesced_group(predicate ? votes.yes : votes.lanes & ~votes.yes, predicate ? 1 : 0, 2);
}

template <typename Group>
inline void sync(const Group& group, CodeLine where = CodeLine::here()) {
  group.sync(where);
}
template <typename Group>
inline auto thread_rank(const Group& group) {
  return group.thread_rank();
}
template <typename Group>
inline auto group_size(const Group& group) {
  return group.size();
}

/// One thread of the group calls function(arguments...).
template <typename Group, typename Function, typename... Arguments>
inline void invoke_one(const Group& group, Function&& function, Arguments&&... arguments) {
  if (group.thread_rank() == 0) std::forward<Function>(function)(std::forward<Arguments>(arguments)...);
}

/// The same, and all get what it returned.
template <typename Group, typename Function, typename... Arguments>
inline auto invoke_one_broadcast(const Group& group, Function&& function, Arguments&&... arguments) {
  std::decay_t<std::invoke_result_t<Function, Arguments...>> result{};
  if (group.thread_rank() == 0)
    result = std::forward<Function>(function)(std::forward<Arguments>(arguments)...);
  return group.shfl(result, 0);
}

}  // namespace cooperative_groups
