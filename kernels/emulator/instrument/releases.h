/// @file
/// Threads that take turns without a barrier: one writes, fences and changes an atomic; another reads the
/// atomic and then what was written. The ticket of a last block, locks, and flags all work so.
///
/// This takes every read of an atomic for an acquire, and every change after a fence for a release of all
/// that the thread does in the launch. A kernel whose fence is in the wrong place passes; one that is right
/// is never reported.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "lens.h"

namespace emulator::instrument {

/// Who has released through which atomic in this launch.
class Releases {
 public:
  static Releases& instance();

  /// Makes an atomic operation of the running thread, and notes what it learns and tells by it.
  /// @param change  the operation; returns whether it changed the atomic
  template <class Change>
  void update(Lens& lens, std::uintptr_t address, Change change) {
    ThreadKnowledge& knowledge = lens.block->threads[current_index.linear];
    if (knowledge.has_fenced) {
      // In one step with the operation: whoever sees the change must find the release.
      const std::lock_guard lock(mutex_);
      any_.store(true);  // before the change: whoever sees that waits for the lock
      const bool changed = change();
      learn(*lens.block, current_index.linear, address);
      if (changed) release(lens, address);
    } else {
      change();
      look(*lens.block, current_index.linear, address);
    }
  }
  /// The running thread is about to change something that others poll, though it is no atomic.
  void release_now(Lens& lens, std::uintptr_t address);
  /// A thread has read what others may have released through.
  void look(ObservedBlock& block, unsigned thread, std::uintptr_t address);
  /// At the end of a launch.
  void forget();

 private:
  struct Table;
  Releases();
  void learn(ObservedBlock& block, unsigned thread, std::uintptr_t address);
  void release(const Lens& lens, std::uintptr_t address);

  std::mutex mutex_;
  std::atomic<bool> any_{false};
  Table* const table_;
};

/// Threads of the block that have read a volatile flag since: they learn now what they could have seen.
void look_again(ObservedBlock& block, unsigned thread);

}  // namespace emulator::instrument
