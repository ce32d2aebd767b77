/// @file
/// A block in flight: its threads, who waits where, and its shared memory.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <emulator/execution.h>
#include <emulator/shared_memory.h>

#include "fiber.h"
#include "random.h"
#include "shared_arena.h"

namespace emulator {

struct Block;

inline constexpr unsigned kWarpSize = 32;
inline constexpr unsigned kMaxBlockThreads = 1024;

/// What `threadIdx` shows, and the same as one number, x fastest. Copied as one 16-byte access.
struct alignas(16) ThreadIndex {
  uint3 xyz;
  unsigned linear;
};

/// A CUDA thread that has blocked at least once; one that never blocks leaves no trace here.
struct alignas(64) Thread {
  Context context;  ///< where it goes on
  Fiber* fiber;     ///< the stack it waits on
  Thread* next;     ///< behind it in a queue
  Block* block;     ///< the block it belongs to
  ThreadIndex index;
  const char* wait_file;  ///< where it last waited or yielded, for messages
  unsigned wait_line;
  unsigned wait_serial;  ///< in the block with this serial number (its low bits)
};

/// Threads in the order in which they get their turn.
class ThreadQueue {
 public:
  bool empty() const { return first_ == nullptr; }
  Thread* front() const { return first_; }
  void push(Thread* thread) {
    thread->next = nullptr;
    (first_ ? last_->next : first_) = thread;
    last_ = thread;
  }
  Thread* pop() {
    Thread* thread = first_;
    if (thread) first_ = thread->next;
    return thread;
  }
  /// Moves all of `other` behind the threads that are here.
  void append(ThreadQueue& other) {
    if (other.empty()) return;
    (first_ ? last_->next : first_) = other.first_;
    last_ = other.last_;
    other.first_ = nullptr;
  }
  void clear() { first_ = nullptr; }

 private:
  Thread* first_ = nullptr;
  Thread* last_ = nullptr;  // meaningful only while first_ is not null
};

/// The lanes of one warp that wait in a collective, each with what it brought.
struct Warp {
  unsigned arrived = 0;  ///< a bit per waiting lane
  std::array<unsigned, kWarpSize> masks;
  std::array<unsigned, kWarpSize> lines;
  std::array<void*, kWarpSize> slots;
  std::array<WarpCombine, kWarpSize> combines;
  std::array<const char*, kWarpSize> files;
  std::array<const char*, kWarpSize> names;
};

/// One block of the grid while it runs. Reused for the next one: threads and warps are allocated once.
struct Block {
  uint3 index{};             ///< blockIdx
  std::uint64_t linear = 0;  ///< x fastest
  std::uint64_t serial = 0;  ///< differs for every block that this process has run
  unsigned size = 0;         ///< threads

  std::uint64_t meetings = 0;  ///< barriers and collectives passed
  unsigned exited = 0;         ///< threads that have returned from the kernel
  std::array<std::uint8_t, kMaxBlockThreads> has_exited;
  std::array<const char*, kMaxBlockThreads> exit_files;  ///< where they left
  std::array<unsigned, kMaxBlockThreads> exit_lines;     ///< 0 where that is not known

  std::uint64_t barriers = 0;  ///< of the whole block, passed
  unsigned at_barrier = 0;     ///< threads that wait in __syncthreads
  unsigned votes = 0;          ///< of those, how many brought a predicate that is not zero
  unsigned last_total = 0;     ///< threads at the barrier that was passed last
  unsigned last_votes = 0;     ///< the count of the barrier that was passed last
  bool in_order = true;        ///< they arrived in the order of the schedule
  CodeLine barrier_line{};     ///< where they wait
  ThreadQueue waiting;         ///< those threads

  std::vector<Thread> threads;  ///< by linear index
  std::vector<Warp> warps;
  SharedArena shared;
  void* observed = nullptr;  ///< the observer's own

  void begin(uint3 block_index, std::uint64_t linear_index, unsigned thread_count);
  /// Random numbers that depend on the seed, the block and how far it is, but not on which OS thread runs it.
  Random random(std::uint64_t seed) const {
    return Random(seed ^ (linear + 1) * 0xD1B54A32D192ED03u ^ meetings * 0xABC98388FB8FAC03u);
  }
  /// Where the thread left the kernel; the file is null if that is not known.
  CodeLine exit_of(unsigned thread) const {
    return exit_lines[thread] ? CodeLine{exit_files[thread], exit_lines[thread]} : CodeLine{nullptr, 0};
  }
  /// Lanes that exist in warp `number`.
  unsigned lanes_of_warp(unsigned number) const {
    const unsigned rest = size - number * kWarpSize;
    return rest >= kWarpSize ? ~0u : (1u << rest) - 1;
  }
};

}  // namespace emulator
