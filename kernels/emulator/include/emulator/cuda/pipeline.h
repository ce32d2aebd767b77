/// @file
/// cuda::pipeline, in which every thread both produces and consumes. Copies are made at once, so a stage that
/// is committed is complete; what remains is to wait for the other threads of the block.
#pragma once

#include <cstddef>
#include <cstdint>

#include <emulator/cooperative_groups/memcpy_async.h>
#include <emulator/cuda/thread_scope.h>

namespace cuda {

/// The state that the threads of a block share: nothing, here.
template <thread_scope Scope, std::uint8_t Stages>
struct pipeline_shared_state {};

template <thread_scope Scope>
class pipeline {
  using CodeLine = emulator::CodeLine;

 public:
  /// Waits until a stage is free: until all threads have released what they read from it.
  void producer_acquire(CodeLine where = CodeLine::here()) { meet(where); }
  void producer_commit() {}
  /// Waits until the oldest stage is complete, in all threads.
  void consumer_wait(CodeLine where = CodeLine::here()) { meet(where); }
  void consumer_release() {}
  bool quit() { return true; }

 private:
  static void meet(CodeLine where) {
    if constexpr (Scope != thread_scope_thread) emulator::block_barrier(where);
  }
};

inline pipeline<thread_scope_thread> make_pipeline() { return {}; }
template <thread_scope Scope, std::uint8_t Stages>
inline pipeline<Scope> make_pipeline(const cooperative_groups::thread_block&,
                                     pipeline_shared_state<Scope, Stages>*) {
  return {};
}

template <std::uint8_t Prior>
inline void pipeline_consumer_wait_prior(pipeline<thread_scope_thread>&) {}

template <typename T, typename U, thread_scope Scope>
inline void memcpy_async(T* target, const U* source, std::size_t bytes, pipeline<Scope>&) {
  __builtin_memcpy(static_cast<void*>(target), static_cast<const void*>(source), bytes);
}
template <typename Group, typename T, typename U, thread_scope Scope>
inline void memcpy_async(const Group& group, T* target, const U* source, std::size_t bytes,
                         pipeline<Scope>&) {
  cooperative_groups::memcpy_async(group, target, source, bytes);
}

}  // namespace cuda
