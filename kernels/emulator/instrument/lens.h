/// @file
/// What a worker knows while it runs an observed kernel: where it is, and what it has seen.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <unordered_set>
#include <vector>

#include "findings.h"
#include "runtime/block.h"
#include "runtime/grid.h"
#include "runtime/worker.h"
#include "shadow.h"

namespace emulator::instrument {

class ProfileLog;
struct BlockLog;

/// Which lanes of a warp have met, and when.
///
/// Time counts the meetings that order memory (__syncwarp). Lane a knows what lane b did before time t if
/// they have met at t or later, or if a has met somebody who had.
class WarpClock {
 public:
  std::uint32_t now() const { return now_; }
  /// Whether `lane` knows what `other` did at `time`.
  bool ordered(unsigned lane, unsigned other, std::uint32_t time) const {
    return time < all_met_ || (met_ && time < (*met_)[lane][other]);
  }
  void meet(unsigned mask, bool whole_warp);
  void restart() {
    // Time goes on, so that nothing of the block before is taken for this one's.
    all_met_ = ++now_;
    met_.reset();
  }

 private:
  using Table = std::array<std::array<std::uint32_t, kWarpSize>, kWarpSize>;
  std::uint32_t now_ = 1;
  std::uint32_t all_met_ = 0;
  std::unique_ptr<Table> met_;  ///< only once a part of the warp has met by itself
};

/// What a thread has learned from others through atomics, since barriers are not the only way to take turns.
struct ThreadKnowledge {
  bool has_fenced = false;        ///< what it did before can be known to whoever reads its atomics
  bool knows_grid = false;        ///< it has read such an atomic of another block
  std::uint32_t knows_block = 0;  ///< in this interval it has read such an atomic of its own block
  std::uintptr_t polled =
      0;  ///< a volatile flag it has read, whose value shows only after the check of the read
};

/// A block as the instrument sees it; lives as long as the runtime's Block, which is used again and again.
struct ObservedBlock {
  Block* block = nullptr;
  std::uint32_t interval = 0;        ///< the present one
  std::uint32_t first_interval = 0;  ///< what is older belongs to other blocks
  bool knows_grid = false;           ///< all its threads do
  bool someone_knows = false;        ///< some of its threads have learned something
  std::vector<WarpClock> warps;
  std::vector<ThreadKnowledge> threads;
  Shadow<BlockCell> shared;
  const char* dynamic_name = nullptr;  ///< of its dynamic shared memory
  BlockLog* log = nullptr;             ///< where a profile is taken
};

/// The widest access that a thread makes at once, and the widest alignment.
inline constexpr std::size_t kVectorBytes = 16;

/// An access, as the program makes it.
struct Attempt {
  std::uintptr_t address;
  std::size_t bytes;
  Access access;
  bool is_volatile;
  bool is_aligned;      ///< up to 8 bytes: the instruction needs an address that is a multiple of the size
  bool reads;           ///< and not only writes
  bool compares_first;  ///< atomicCAS
  std::uintptr_t pc;    ///< behind the call that reports it
};

/// A write whose value can be looked at once the next access comes.
struct PendingWrite {
  std::uintptr_t address = 0;  ///< 0 for none
  unsigned bytes = 0;
  bool in_global = false;
  GlobalCell* cell = nullptr;  ///< of a write of 4 bytes that conflicts with nothing
  std::array<unsigned char, 64> before{};
  // A conflict with another write, which is harmless if the value stays.
  bool conflicts = false;
  Findings::Key key;
  Finding finding;
};

/// One per worker. Read and written by that worker's OS thread only.
struct Lens {
  explicit Lens(Worker& observed_worker) : worker(&observed_worker) {}

  Worker* worker;
  // The block that runs.
  ObservedBlock* block = nullptr;
  std::uintptr_t shared_begin = 0;
  std::size_t shared_bytes = 0;
  /// The shared arrays used last, the latest first.
  struct Range {
    std::uintptr_t begin = 0;
    std::size_t bytes = 0;
    bool holds(std::uintptr_t address, std::size_t size) const {
      return address - begin < bytes && size <= bytes - (address - begin);
    }
  };
  std::array<Range, 2> known_shared;
  // The launch.
  const Grid* grid = nullptr;
  unsigned kernel = 0;
  bool checks = false;
  ProfileLog* log = nullptr;  ///< null unless a profile is taken

  std::uint32_t last_interval = 0;
  std::uint32_t new_interval() { return ++last_interval; }
  std::vector<std::unique_ptr<ObservedBlock>> blocks;
  Shadow<GlobalCell> global;       ///< the window of device memory
  Shadow<GlobalCell> static_data;  ///< __device__ variables
  /// Pages outside of all allocations that a kernel has used in this launch; see keep_going().
  unsigned pages_opened = 0;
  /// Whether the access that was checked last may end the kernel, and that has been told.
  bool told_a_risk = false;
  /// Where this launch has met vectors of 16 bytes that are not aligned to as many. Whether a wide access may
  /// be somewhere depends on its type, which only alignment.cpp is told.
  std::unordered_set<std::uintptr_t> misaligned_vectors;
  PendingWrite pending;
  Findings findings;
  /// Reads that only tell an atomicCAS what to expect, by their program counter.
  std::set<std::uint32_t> guesses;
  /// Pages known to be neither of the above: stacks and the like.
  std::array<std::uintptr_t, 1024> ignored_pages{};
};

/// The lens of the worker whose kernel code this OS thread runs; null in host code.
extern EMULATOR_THREAD_LOCAL Lens* current_lens;

}  // namespace emulator::instrument
