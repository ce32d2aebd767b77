/// @file
/// The way from one CUDA thread to the next. Inline, because a barrier or a shuffle is little else.
#pragma once

#include "worker.h"

namespace emulator {

/// Makes `next` the running thread; the caller then switches to where it waits.
inline void Worker::show_thread(const Thread& next) {
  // The stacks and records of the others are in the second-level cache at best: ask for the one after next
  // early.
  if (next.next) {
    const char* stack = static_cast<const char*>(next.next->context);
    __builtin_prefetch(stack);
    __builtin_prefetch(stack + 64);
    __builtin_prefetch(stack + 128);
  }
  thread_ = const_cast<Thread*>(&next);
  fiber_ = next.fiber;
  current_index = next.index;
  if (__builtin_expect(next.block != block_, 0)) show_block(*next.block);
}

inline void Worker::note_wait(Thread& thread, CodeLine where) {
  thread.wait_file = where.file;
  thread.wait_line = where.line;
  thread.wait_serial = static_cast<unsigned>(block_->serial);
}

/// Leaves the running thread for `next`; if that is null for threads that have not started, or else for the
/// OS thread.
inline void Worker::leave_thread(Thread* next, CodeLine where) {
  if (__builtin_expect(grid_->stopping.load(std::memory_order_relaxed), 0)) stop_here();
  Thread& self = *thread_;
  Fiber& from = *fiber_;
  self.fiber = &from;
  self.block = block_;
  self.index = current_index;
  current_exit_line = 0;  // a destructor may wait when its thread is about to leave
  note_wait(self, where);
  Context target;
  if (next) {
    show_thread(*next);
    target = next->context;
  } else {
    fiber_ = more_to_start() ? fiber_for_more() : &main_;
    target = fiber_->context;
  }
  switch_fiber(from, *fiber_, target, &self.context);
}

inline void Worker::suspend(CodeLine where) {
  Thread* next = ready_.pop();
  if (next != thread_) leave_thread(next, where);
}

}  // namespace emulator
