/// @file
/// An operating-system thread that runs blocks: the scheduler of their threads.
///
/// One fiber pulls threads one after another and runs each to its end. Only when a thread has to wait does it
/// keep the fiber it is on, and another fiber goes on pulling. A kernel without barriers therefore runs as a
/// plain loop.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "block.h"
#include "fiber.h"
#include "grid.h"

namespace emulator {

class Worker {
 public:
  Worker();

  /// Runs blocks of `grid` until none is left or the launch has failed.
  void run(Grid& grid);
  /// Runs blocks `first`, `first + step`, ... of a cooperative launch, all resident at once.
  void run_resident(Grid& grid, std::uint64_t first, std::uint64_t step);

  Grid& grid() const { return *grid_; }
  Block& block() { return *block_; }
  const Block& block() const { return *block_; }
  Thread& thread() { return *thread_; }

  /// Waits until someone makes the running thread ready again. Called on its fiber.
  void suspend(CodeLine where);
  /// Gives other threads a turn, those that have not started first.
  void yield(CodeLine where);
  /// Whether the thread that is now the `position`-th to reach its block's barrier has that place in the
  /// schedule.
  bool in_schedule_order(unsigned position) const { return start_order_[position].linear == thread_linear(); }
  /// The threads that wait in the running block's barrier go on, if they are all that it waits for.
  void pass_barrier_if_complete();
  /// Lanes `mask` of warp `warp` of the running block go on.
  void release_lanes(unsigned warp, unsigned mask);
  /// Waits for all threads of the grid.
  void grid_barrier(CodeLine where);

  /// Leaves the running thread for good and ends this worker's part in the launch, which has failed.
  [[noreturn]] void abandon();
  /// Leaves a launch that has to stop, and says where its threads are if it is because of a timeout.
  [[noreturn]] void stop_here();
  /// Where the running thread last waited; the file is null if it never did.
  CodeLine last_known_line() const;
  /// Whether a CUDA thread runs now, and not the scheduler.
  bool on_fiber() const { return fiber_ != nullptr && fiber_ != &main_; }
  /// From here on the watchdog leaves the running thread alone: it is on its way out of the launch by itself,
  /// and what it allocates or locks on the way would stay so if it were interrupted.
  void begin_leaving() { leaving_ = true; }
  bool leaving() const { return leaving_; }
  /// While this is set the watchdog does not interrupt the running thread either.
  void set_undisturbed(bool undisturbed) { undisturbed_ = undisturbed; }
  bool undisturbed() const { return undisturbed_; }
  const Fiber& fiber() const { return *fiber_; }
  /// The OS thread, while it runs a grid; else 0.
  unsigned long os_thread() const { return __atomic_load_n(&os_thread_, __ATOMIC_RELAXED); }
  /// Whether `address` is in the guard page of a stack.
  bool overflowed(const void* address) const { return fibers_.overflowed(address) != nullptr; }
  /// Whether `address` is on the stack of a CUDA thread.
  bool on_a_stack(const void* address) const { return fibers_.holds(address); }

  /// Changes whenever a thread finishes or passes a meeting point; read by the watchdog.
  std::uint64_t progress() const { return __atomic_load_n(&progress_, __ATOMIC_RELAXED); }

  /// Blocks that this worker has begun, for reports.
  std::vector<const Block*> begun_blocks() const;

 private:
  friend void fiber_entry(boost::context::detail::transfer_t);

  void prepare(Grid& grid);
  void make_start_order();
  void shuffle_start_order(const Block& block);
  bool more_to_start() const {
    return next_start_ < starting_->size || (grid_->cooperative && turn_ < turn_end_);
  }
  bool take_turn(std::uint64_t& turn);
  void begin_block(std::uint64_t turn);
  void run_until_idle();
  void count_barriers();
  void finish();
  [[gnu::noinline]] void pull_threads();  // not inlined: a pooled fiber may go on on another OS thread

  void thread_exits();
  [[gnu::noinline]] void leave_fiber();
  void show_block(Block& block);
  void show_thread(const Thread& next);
  void leave_thread(Thread* next, CodeLine where);
  Fiber* fiber_for_more();
  void release_barrier();
  void note_wait(Thread& thread, CodeLine where);
  bool help_spinning_threads();
  void note_progress() { __atomic_store_n(&progress_, progress_ + 1, __ATOMIC_RELAXED); }
  static unsigned thread_linear();

  // What every switch touches, in one cache line.
  alignas(64) Fiber* fiber_ = nullptr;  ///< the one that runs
  Thread* thread_ = nullptr;            ///< the CUDA thread that runs
  Block* block_ = nullptr;              ///< and its block
  Grid* grid_ = nullptr;
  ThreadQueue ready_;
  std::uint64_t progress_ = 0;
  Block* starting_ = nullptr;  ///< the block whose threads are being started

  unsigned next_start_ = 0;  ///< how many of them have been
  FiberPool fibers_;
  Fiber main_;  ///< the OS thread's own stack

  std::vector<std::unique_ptr<Block>> blocks_;  ///< the first begun_ are in use
  std::size_t begun_ = 0;
  std::uint64_t barriers_ = 0;  ///< passed by whole blocks in this launch
  std::size_t unfinished_ = 0;
  std::uint64_t turn_ = 0, turn_end_ = 0, turn_step_ = 1;  ///< the blocks this worker has taken and not begun

  std::vector<ThreadIndex> start_order_;  ///< of the threads of a block
  std::vector<ThreadIndex> ascending_;
  dim3 ordered_shape_{0, 0, 0};  ///< the block shape and schedule that start_order_ is for
  Schedule ordered_schedule_ = Schedule::kForward;
  std::vector<Thread*> shuffled_;

  ThreadQueue at_grid_barrier_;
  std::uint64_t at_grid_barrier_count_ = 0;
  std::uint64_t resident_threads_ = 0;

  unsigned long os_thread_ = 0;
  volatile bool undisturbed_ = false;  ///< see set_undisturbed(); read by a signal handler
  volatile bool leaving_ = false;      ///< see begin_leaving(); read by a signal handler
  std::uint64_t progress_at_yield_ = 0;
  unsigned idle_yields_ = 0;  ///< since the last progress
};

/// While one of these lives, the running thread may hold locks and memory that an interrupted one would never
/// give back.
class Undisturbed {
 public:
  explicit Undisturbed(Worker& worker) : worker_(worker) { worker_.set_undisturbed(true); }
  ~Undisturbed() { worker_.set_undisturbed(false); }
  Undisturbed(const Undisturbed&) = delete;
  Undisturbed& operator=(const Undisturbed&) = delete;

 private:
  Worker& worker_;
};

/// The worker whose kernel code this OS thread is running, or null in host code.
extern EMULATOR_THREAD_LOCAL Worker* current_worker;
/// What threadIdx shows. Written only by the worker: kernels see it as const.
extern EMULATOR_THREAD_LOCAL ThreadIndex current_index asm("threadIdx");

inline unsigned Worker::thread_linear() { return current_index.linear; }

}  // namespace emulator
