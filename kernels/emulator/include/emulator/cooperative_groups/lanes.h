/// @file
/// Cooperative groups within a warp: tiles of 1 to 32 neighbours, and coalesced groups of any lanes.
#pragma once

#include <emulator/cooperative_groups/groups.h>

namespace cooperative_groups {

/// What tiles and coalesced groups can do. Ranks count within the group; ballots and matches are masks of
/// ranks.
class lane_collectives {
 public:
  unsigned int thread_rank() const { return lanes_.rank(); }
  unsigned int meta_group_rank() const { return meta_rank_; }
  unsigned int meta_group_size() const { return meta_size_; }
  void sync(CodeLine where = CodeLine::here()) const { lanes_.sync("sync of a group", where); }
  operator thread_group() const { return thread_group(lanes_); }

  int any(int predicate, CodeLine where = CodeLine::here()) const {
    return lanes_.vote(predicate != 0, "any of a group", where).yes != 0;
  }
  int all(int predicate, CodeLine where = CodeLine::here()) const {
    const emulator::LaneGroup::Votes votes = lanes_.vote(predicate != 0, "all of a group", where);
    return votes.yes == votes.lanes;
  }
  unsigned int ballot(int predicate, CodeLine where = CodeLine::here()) const {
    return lanes_.ranks_of(lanes_.vote(predicate != 0, "ballot of a group", where).yes);
  }
  template <typename T>
  unsigned int match_any(T value, CodeLine where = CodeLine::here()) const {
    return lanes_.ranks_of(lanes_.match(value, "match_any of a group", where));
  }
  /// All ranks if all values are the same, else 0; says in `predicate` which.
  template <typename T>
  unsigned int match_all(T value, int& predicate, CodeLine where = CodeLine::here()) const {
    const unsigned same = lanes_.match(value, "match_all of a group", where);
    const unsigned present = lanes_.mask & emulator::warp_lanes();
    predicate = same == present;
    return predicate ? lanes_.ranks_of(same) : 0;
  }

  emulator::LaneGroup lanes() const { return lanes_; }

 protected:
  lane_collectives(emulator::LaneGroup lanes, unsigned int meta_rank, unsigned int meta_size)
      : lanes_(lanes), meta_rank_(meta_rank), meta_size_(meta_size) {}

  emulator::LaneGroup lanes_;
  unsigned int meta_rank_;  ///< of this group among those that its parent was divided into
  unsigned int meta_size_;
};

/// Size neighbouring lanes, Size a power of two. Parent is the type of the group that was divided.
template <unsigned int Size, typename Parent = void>
class thread_block_tile : public lane_collectives {
  static_assert(Size == 1 || Size == 2 || Size == 4 || Size == 8 || Size == 16 || Size == 32,
                "the emulated GPU has tiles of 1, 2, 4, 8, 16 and 32 threads");

 public:
  static constexpr unsigned int numThreads = Size;

  /// The tile that the calling thread is in.
  thread_block_tile(unsigned int meta_rank, unsigned int meta_size)
      : lane_collectives({lanes_around(emulator::lane_index())}, meta_rank, meta_size) {}
  /// A tile without the memory of its parent's type.
  template <typename OtherParent>
  thread_block_tile(const thread_block_tile<Size, OtherParent>& other)
      : lane_collectives(other.lanes(), other.meta_group_rank(), other.meta_group_size()) {}

  static constexpr unsigned int num_threads() { return Size; }
  static constexpr unsigned int size() { return Size; }

  template <typename T>
  T shfl(T value, int source, CodeLine where = CodeLine::here()) const {
    return lanes_.shuffle(value, static_cast<unsigned>(source) % Size, "shfl of a tile", where);
  }
  template <typename T>
  T shfl_down(T value, unsigned int delta, CodeLine where = CodeLine::here()) const {
    return lanes_.shuffle(value, delta < Size ? lanes_.rank() + delta : Size, "shfl_down of a tile", where);
  }
  template <typename T>
  T shfl_up(T value, unsigned int delta, CodeLine where = CodeLine::here()) const {
    const unsigned rank = lanes_.rank();
    return lanes_.shuffle(value, delta <= rank ? rank - delta : Size, "shfl_up of a tile", where);
  }
  template <typename T>
  T shfl_xor(T value, unsigned int mask, CodeLine where = CodeLine::here()) const {
    return lanes_.shuffle(value, lanes_.rank() ^ mask, "shfl_xor of a tile", where);
  }

 private:
  static unsigned lanes_around(unsigned lane) {
    constexpr unsigned kAll = Size == 32 ? 0xffffffffu : (1u << Size % 32) - 1;
    return kAll << (lane & ~(Size - 1));
  }
};

/// Any lanes of a warp, as found together by coalesced_threads() or a partition.
class coalesced_group : public lane_collectives {
 public:
  explicit coalesced_group(unsigned int mask, unsigned int meta_rank = 0, unsigned int meta_size = 1)
      : lane_collectives({mask}, meta_rank, meta_size) {}
  template <typename Parent>
  coalesced_group(const thread_block_tile<32, Parent>& tile)
      : lane_collectives({tile.lanes().mask & emulator::warp_lanes()}, tile.meta_group_rank(),
                         tile.meta_group_size()) {}

  unsigned int num_threads() const { return lanes_.size(); }
  unsigned int size() const { return lanes_.size(); }

  template <typename T>
  T shfl(T value, int source, CodeLine where = CodeLine::here()) const {
    return lanes_.shuffle(value, static_cast<unsigned>(source), "shfl of a coalesced_group", where);
  }
  template <typename T>
  T shfl_down(T value, unsigned int delta, CodeLine where = CodeLine::here()) const {
    return lanes_.shuffle(value, delta < size() ? lanes_.rank() + delta : size(),
                          "shfl_down of a coalesced_group", where);
  }
  template <typename T>
  T shfl_up(T value, unsigned int delta, CodeLine where = CodeLine::here()) const {
    const unsigned rank = lanes_.rank();
    return lanes_.shuffle(value, delta <= rank ? rank - delta : size(), "shfl_up of a coalesced_group",
                          where);
  }
};

/// The lanes of the warp that run here together.
inline coalesced_group coalesced_threads(CodeLine where = CodeLine::here()) {
  return coalesced_group(emulator::active_mask(where));
}

/// The calling thread alone.
inline thread_block_tile<1> this_thread() { return {0, 1}; }

}  // namespace cooperative_groups
