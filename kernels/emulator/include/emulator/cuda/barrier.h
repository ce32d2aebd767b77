/// @file
/// cuda::barrier, in whose memory threads count their arrivals, and cuda::memcpy_async with it.
#pragma once

#include <cstddef>
#include <utility>

#include <emulator/cooperative_groups/memcpy_async.h>
#include <emulator/cuda/atomic.h>

namespace cuda {

/// A barrier for `expected` arrivals, again and again. It may lie in shared memory, where init() sets it up.
template <thread_scope Scope = thread_scope_system>
class barrier {
  using CodeLine = emulator::CodeLine;

 public:
  /// The phase that the thread arrived in.
  class arrival_token {
    friend class barrier;
    unsigned phase_ = 0;
  };

  barrier() = default;
  explicit barrier(std::ptrdiff_t expected) { set_up(expected); }
  barrier(const barrier&) = delete;
  barrier& operator=(const barrier&) = delete;
  friend void init(barrier* uninitialized, std::ptrdiff_t expected) { uninitialized->set_up(expected); }

  arrival_token arrive(std::ptrdiff_t count = 1) {
    arrival_token token;
    token.phase_ = phase_.load();
    if (pending_.fetch_sub(static_cast<int>(count)) == static_cast<int>(count)) {
      pending_.store(expected_.load());
      phase_.fetch_add(1);
    }
    return token;
  }
  /// Waits until all have arrived in the token's phase.
  void wait(arrival_token&& token, CodeLine where = CodeLine::here()) const {
    phase_.wait(token.phase_, memory_order_acquire, where);
  }
  void wait_parity(bool parity, CodeLine where = CodeLine::here()) const {
    while ((phase_.load() & 1) == static_cast<unsigned>(parity)) emulator::yield_thread(where);
  }
  bool try_wait(arrival_token&& token, CodeLine where = CodeLine::here()) const {
    const bool over = phase_.load() != token.phase_;
    if (!over) emulator::yield_thread(where);
    return over;
  }
  void arrive_and_wait(CodeLine where = CodeLine::here()) { wait(arrive(), where); }
  /// Arrives, and is not expected in later phases.
  void arrive_and_drop() {
    expected_.fetch_sub(1);
    (void)arrive();
  }

 private:
  void set_up(std::ptrdiff_t expected) {
    expected_.store(static_cast<int>(expected));
    pending_.store(static_cast<int>(expected));
    phase_.store(0);
  }

  atomic<int> expected_, pending_;
  atomic<unsigned> phase_;
};

/// Copies at once; a wait on the barrier orders the copy for the other threads.
template <typename T, typename U, thread_scope Scope>
inline void memcpy_async(T* target, const U* source, std::size_t bytes, barrier<Scope>&) {
  __builtin_memcpy(static_cast<void*>(target), static_cast<const void*>(source), bytes);
}
/// All threads of the group call this, each copies its share.
template <typename Group, typename T, typename U, thread_scope Scope>
inline void memcpy_async(const Group& group, T* target, const U* source, std::size_t bytes, barrier<Scope>&) {
  cooperative_groups::memcpy_async(group, target, source, bytes);
}

}  // namespace cuda
