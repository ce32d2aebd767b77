#include "worker.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "device_limits.h"
#include "fault_handler.h"
#include "report.h"
#include "scheduling.h"
#include "warp.h"

namespace emulator {

EMULATOR_THREAD_LOCAL Worker* current_worker = nullptr;
EMULATOR_THREAD_LOCAL std::uint64_t current_block_serial = 0;
EMULATOR_THREAD_LOCAL void* current_dynamic_shared = nullptr;
EMULATOR_THREAD_LOCAL const char* current_exit_file = nullptr;
EMULATOR_THREAD_LOCAL unsigned current_exit_line = 0;

// The names kernels know, writable here. The assembler sees the same symbols as for the const declarations.
EMULATOR_THREAD_LOCAL ThreadIndex current_index asm("threadIdx") = {{0, 0, 0}, 0};
EMULATOR_THREAD_LOCAL uint3 current_block_index asm("blockIdx") = {0, 0, 0};
EMULATOR_THREAD_LOCAL uint3 current_block_shape asm("blockDim") = {0, 0, 0};
EMULATOR_THREAD_LOCAL uint3 current_grid_shape asm("gridDim") = {0, 0, 0};

void fiber_entry(boost::context::detail::transfer_t arrived) {
  enter_fiber(arrived);
  Worker& worker = *current_worker;  // a fiber never changes its OS thread
  for (;;) {
    worker.pull_threads();
    worker.leave_fiber();
  }
}

Worker::Worker() : fibers_(fiber_entry) { blocks_.push_back(std::make_unique<Block>()); }

void Worker::run(Grid& grid) {
  prepare(grid);
  std::uint64_t turn = 0;
  while (!grid.stopping.load(std::memory_order_relaxed) && take_turn(turn)) {
    begun_ = 0;
    begin_block(turn);
    run_until_idle();
    count_barriers();
  }
  finish();
}

void Worker::run_resident(Grid& grid, std::uint64_t first, std::uint64_t step) {
  prepare(grid);
  turn_ = first;
  turn_end_ = grid.block_count;
  turn_step_ = step;
  resident_threads_ = (turn_end_ - first + step - 1) / step * grid.block_threads;
  begin_block(first);
  turn_ += step;
  run_until_idle();
  count_barriers();
  finish();
}

void Worker::prepare(Grid& grid) {
  grid_ = &grid;
  current_worker = this;
  install_fault_handlers();
  prepare_thread_for_faults();
  __atomic_store_n(&os_thread_, this_os_thread(), __ATOMIC_RELAXED);
  current_block_shape = grid.block;
  current_grid_shape = grid.grid;
  begun_ = 0;
  turn_ = turn_end_ = 0;
  turn_step_ = 1;
  resident_threads_ = 0;
  at_grid_barrier_count_ = 0;
  idle_yields_ = 0;
  barriers_ = 0;
  current_exit_line = 0;
  leaving_ = false;
  undisturbed_ = false;
  make_start_order();
  if (observer) observer->worker_begins(*this);
}

void Worker::count_barriers() {
  for (std::size_t i = 0; i < begun_; ++i) barriers_ += blocks_[i]->barriers;
}

void Worker::finish() {
  if (observer) observer->worker_ends(*this);
  grid_->barriers.fetch_add(barriers_, std::memory_order_relaxed);
  if (grid_->stopping.load(std::memory_order_relaxed)) {
    // Threads were left where they stood.
    fibers_.reset();
    ready_.clear();
    at_grid_barrier_.clear();
    unfinished_ = 0;
    begun_ = 0;
  }
  __atomic_store_n(&os_thread_, 0, __ATOMIC_RELAXED);
  current_worker = nullptr;
  current_block_serial = 0;
  grid_ = nullptr;
  block_ = nullptr;
  thread_ = nullptr;
  starting_ = nullptr;
}

void Worker::make_start_order() {
  const dim3 shape = grid_->block;
  const bool same = shape.x == ordered_shape_.x && shape.y == ordered_shape_.y && shape.z == ordered_shape_.z;
  if (same && grid_->schedule == ordered_schedule_) return;
  ordered_shape_ = shape;
  ordered_schedule_ = grid_->schedule;
  ascending_.clear();
  unsigned linear = 0;
  for (unsigned z = 0; z < shape.z; ++z) {
    for (unsigned y = 0; y < shape.y; ++y) {
      for (unsigned x = 0; x < shape.x; ++x) ascending_.push_back({{x, y, z}, linear++});
    }
  }
  start_order_ = ascending_;
  if (ordered_schedule_ == Schedule::kReverse) std::reverse(start_order_.begin(), start_order_.end());
}

void Worker::shuffle_start_order(const Block& block) {
  start_order_ = ascending_;
  Random random = block.random(grid_->seed);
  for (std::size_t i = start_order_.size(); i > 1; --i)
    std::swap(start_order_[i - 1], start_order_[random.below(i)]);
}

bool Worker::take_turn(std::uint64_t& turn) {
  if (turn_ >= turn_end_) {
    if (grid_->cooperative) return false;
    turn_ = grid_->next_turn.fetch_add(grid_->chunk, std::memory_order_relaxed);
    if (turn_ >= grid_->block_count) return false;
    turn_end_ = std::min(turn_ + grid_->chunk, grid_->block_count);
  }
  turn = turn_;
  turn_ += turn_step_;
  return true;
}

void Worker::begin_block(std::uint64_t turn) {
  if (begun_ == blocks_.size()) blocks_.push_back(std::make_unique<Block>());
  Block& block = *blocks_[begun_++];
  const std::uint64_t linear = grid_->order.block_at(turn);
  block.begin(grid_->block_index(linear), linear, grid_->block_threads);
  block.shared.begin(grid_->dynamic_shared_bytes);
  if (grid_->schedule == Schedule::kRandom) shuffle_start_order(block);
  starting_ = &block;
  next_start_ = 0;
  ++unfinished_;
  if (__builtin_expect(observer != nullptr, 0)) observer->block_begins(block);
  show_block(block);
}

void Worker::show_block(Block& block) {
  block_ = &block;
  current_block_index = block.index;
  current_block_serial = block.serial;
  current_dynamic_shared = block.shared.dynamic();
  if (__builtin_expect(observer != nullptr, 0)) observer->block_shown(block);
}

/// Runs threads until all begun blocks are finished, or nobody can go on.
void Worker::run_until_idle() {
  for (;;) {
    Fiber* fiber = fibers_.take();
    if (!fiber) {
      grid_->fail(cudaErrorMemoryAllocation, {},
                  "emulated GPU: no address space left for the stacks of the threads\n");
      return;
    }
    fiber_ = fiber;
    switch_fiber(main_, *fiber, fiber->context, &main_.context);
    if (unfinished_ == 0 || grid_->stopping.load(std::memory_order_relaxed)) return;
    // Everybody waits. Lanes in __activemask() now know who else comes; otherwise this is a deadlock.
    bool resolved = false;
    for (std::size_t i = 0; i < begun_; ++i) {
      show_block(*blocks_[i]);
      resolved |= resolve_active_masks(*this);
    }
    if (!resolved) {
      grid_->fail(cudaErrorLaunchFailure, failure_of_deadlock(*this), describe_deadlock(*this));
      return;
    }
  }
}

/// The loop of a kernel without barriers. Starts at least one thread if there is one, since a thread that
/// yields is ready itself. Ends when a thread that has waited can go on, or when none is left to start.
void Worker::pull_threads() {
  do {
    if (next_start_ == starting_->size) {
      std::uint64_t turn = 0;
      if (!grid_->cooperative || !take_turn(turn)) return;
      begin_block(turn);
    }
    const ThreadIndex& index = start_order_[next_start_++];
    if (block_ != starting_) show_block(*starting_);
    current_index = index;
    thread_ = &starting_->threads[index.linear];
    grid_->code.run(grid_->code.arguments);
    thread_exits();
  } while (ready_.empty());
}

inline void Worker::thread_exits() {
  Block& block = *block_;
  block.has_exited[current_index.linear] = 1;
  block.exit_files[current_index.linear] = current_exit_file;
  block.exit_lines[current_index.linear] = current_exit_line;
  current_exit_line = 0;  // the next one may leave where no line is noted
  note_progress();
  if (++block.exited == block.size) {
    --unfinished_;
    if (__builtin_expect(observer != nullptr, 0)) observer->block_ends(block);
  }
  if (__builtin_expect(block.at_barrier != 0, 0)) {
    if (!grid_->exited_threads_allowed) {
      begin_leaving();
      grid_->fail(cudaErrorLaunchFailure,
                  failure_here(FailureKind::kDivergentBarrier, *this, block.barrier_line,
                               block.exit_of(current_index.linear)),
                  describe_exit_during_barrier(*this));
      abandon();
    }
    pass_barrier_if_complete();
  }
}

/// The running fiber has no thread any more: it goes back to the pool, and whoever is ready goes on.
void Worker::leave_fiber() {
  Fiber& self = *fiber_;
  fibers_.give_back(&self);
  Context target;
  if (Thread* next = ready_.pop()) {
    show_thread(*next);
    target = next->context;
  } else {
    fiber_ = &main_;
    target = main_.context;
  }
  switch_fiber(self, *fiber_, target, &self.context);
}

/// A fiber that pulls threads which have not started.
Fiber* Worker::fiber_for_more() {
  fiber_ = fibers_.take();
  if (!fiber_) {
    grid_->fail(cudaErrorMemoryAllocation, {},
                "emulated GPU: no address space left for the stacks of the threads\n");
    fiber_ = &main_;
  }
  return fiber_;
}

void Worker::yield(CodeLine where) {
  if (progress_ != progress_at_yield_) {
    progress_at_yield_ = progress_;
    idle_yields_ = 0;
  }
  ++idle_yields_;
  ready_.push(thread_);
  // Those that have not started come first: one of them may hold what the others wait for.
  Thread* next = more_to_start() || help_spinning_threads() ? nullptr : ready_.pop();
  if (next != thread_) leave_thread(next, where);
}

void Worker::pass_barrier_if_complete() {
  Block& block = *block_;
  if (block.at_barrier + block.exited != block.size) return;
  block.last_votes = block.votes;
  block.last_total = block.at_barrier;
  block.at_barrier = 0;
  ++block.barriers;
  release_barrier();
}

void Worker::release_barrier() {
  Block& block = *block_;
  note_progress();
  ++block.meetings;
  if (__builtin_expect(observer != nullptr, 0)) observer->barrier_passed(block);
  if (grid_->schedule == Schedule::kRandom) {
    shuffled_.clear();
    while (Thread* thread = block.waiting.pop()) shuffled_.push_back(thread);
    Random random = block.random(grid_->seed);
    for (std::size_t i = shuffled_.size(); i > 0; --i) {
      std::swap(shuffled_[i - 1], shuffled_[random.below(i)]);
      ready_.push(shuffled_[i - 1]);
    }
  } else if (block.in_order || block.exited != 0) {
    ready_.append(block.waiting);
  } else {
    block.waiting.clear();
    for (const ThreadIndex& index : start_order_) ready_.push(&block.threads[index.linear]);
  }
}

void Worker::release_lanes(unsigned warp, unsigned mask) {
  note_progress();
  ++block_->meetings;
  Thread* lanes = &block_->threads[warp * kWarpSize];
  if (grid_->schedule == Schedule::kForward) {
    for (; mask != 0; mask &= mask - 1) ready_.push(&lanes[__builtin_ctz(mask)]);
    return;
  }
  // Reverse, or random: descending from a random lane.
  unsigned first = 31;
  if (grid_->schedule == Schedule::kRandom) {
    first = static_cast<unsigned>(block_->random(grid_->seed).below(kWarpSize));
  }
  for (unsigned i = 0; i < kWarpSize; ++i) {
    const unsigned lane = (first - i) & 31;
    if (mask >> lane & 1) ready_.push(&lanes[lane]);
  }
}

void Worker::grid_barrier(CodeLine where) {
  at_grid_barrier_.push(thread_);
  if (++at_grid_barrier_count_ == resident_threads_) {
    // All of this worker's threads wait: now the OS thread may.
    at_grid_barrier_count_ = 0;
    note_progress();
    if (!grid_->meeting.arrive(grid_->stopping)) stop_here();
    ready_.append(at_grid_barrier_);
  }
  suspend(where);
}

/// All threads of this worker have been spinning for a while: perhaps for another block. Begins one more, as
/// a real card would have it resident, or leaves the processor to another worker.
bool Worker::help_spinning_threads() {
  constexpr unsigned kPatience = 4096;
  if (idle_yields_ < kPatience) return false;
  idle_yields_ = 0;
  const std::size_t resident =
      limits::kMultiprocessors * limits::kThreadsPerMultiprocessor / grid_->block_threads;
  std::uint64_t turn = 0;
  if (!grid_->cooperative && begun_ < resident && take_turn(turn)) {
    Block& own = *block_;
    begin_block(turn);
    show_block(own);  // the spinning thread is still the one that runs
    return true;
  }
  // Lanes that wait in __activemask() would wait for the spinning ones forever.
  for (std::size_t i = 0; i < begun_; ++i) {
    Block* const shown = block_;
    show_block(*blocks_[i]);
    resolve_active_masks(*this);
    show_block(*shown);
  }
  std::this_thread::yield();
  return false;
}

void Worker::stop_here() {
  begin_leaving();
  {
    std::string stuck;  // gone before abandon(), which destroys nothing
    for (const Block* block : begun_blocks()) {
      if (block->exited < block->size) stuck += describe_stuck_threads(*grid_, *block);
    }
    grid_->report_timeout(failure_here(FailureKind::kHang, *this, last_known_line()), stuck);
  }
  abandon();
}

CodeLine Worker::last_known_line() const {
  const bool known = thread_->wait_file && thread_->wait_serial == static_cast<unsigned>(block_->serial);
  return known ? CodeLine{thread_->wait_file, thread_->wait_line} : CodeLine{nullptr, 0};
}

void Worker::abandon() {
  Context nowhere = nullptr;
  Fiber& self = *fiber_;
  fiber_ = &main_;
  switch_fiber(self, main_, main_.context, &nowhere);
  // Not __builtin_unreachable: g++ 14 takes the jump for code that goes on, and drops it as never reached.
  std::abort();
}

std::vector<const Block*> Worker::begun_blocks() const {
  std::vector<const Block*> result;
  for (std::size_t i = 0; i < begun_; ++i) result.push_back(blocks_[i].get());
  return result;
}

}  // namespace emulator
