/// @file
/// `__syncthreads` and its voting forms, and the memory fences.
#pragma once

#include <emulator/atomics.h>
#include <emulator/execution.h>

/// Waits for every thread of the block; afterwards all see each other's writes.
inline void __syncthreads(emulator::CodeLine where = emulator::CodeLine::here()) {
  emulator::block_barrier(where);
}
/// A barrier that returns in how many threads `predicate` was not zero.
inline int __syncthreads_count(int predicate, emulator::CodeLine where = emulator::CodeLine::here()) {
  return static_cast<int>(emulator::block_barrier_votes(predicate != 0, where).count);
}
/// A barrier that returns whether `predicate` was not zero in every thread.
inline int __syncthreads_and(int predicate, emulator::CodeLine where = emulator::CodeLine::here()) {
  const emulator::BarrierVotes votes = emulator::block_barrier_votes(predicate != 0, where);
  return votes.count == votes.total;
}
/// A barrier that returns whether `predicate` was not zero in any thread.
inline int __syncthreads_or(int predicate, emulator::CodeLine where = emulator::CodeLine::here()) {
  return emulator::block_barrier_votes(predicate != 0, where).count != 0;
}

/// Fences order this thread's writes; all three scopes are the same on a CPU. A loop that waits for a
/// volatile value often has a fence in it, so a fence lets others run now and then.
inline void __threadfence(emulator::CodeLine where = emulator::CodeLine::here()) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  emulator::atomic_changed_nothing(where);
}
inline void __threadfence_block(emulator::CodeLine where = emulator::CodeLine::here()) {
  __threadfence(where);
}
inline void __threadfence_system(emulator::CodeLine where = emulator::CodeLine::here()) {
  __threadfence(where);
}
