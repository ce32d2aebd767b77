#include "worker_pool.h"

#include <algorithm>

#include "floating_point_state.h"
#include "settings.h"
#include "watchdog.h"

namespace emulator {

WorkerPool& WorkerPool::instance() {
  // Never destroyed: its threads sleep until the process ends, and a kernel may run from a static destructor.
  static WorkerPool* pool = new WorkerPool;
  return *pool;
}

WorkerPool::WorkerPool() {
  const unsigned count = settings().os_threads;
  for (unsigned i = 0; i < count; ++i) workers_.push_back(std::make_unique<Worker>());
  for (unsigned i = 1; i < count; ++i) std::thread([this, i] { serve(i); }).detach();
}

void WorkerPool::run(Grid& grid) {
  const std::lock_guard launch_lock(launch_mutex_);
  const auto helpers = static_cast<unsigned>(std::min<std::uint64_t>(workers_.size(), grid.block_count) - 1);
  // Small enough that a worker that is interrupted holds up little, large enough that taking one costs
  // little.
  grid.chunk = std::clamp<std::uint64_t>(grid.block_count / (workers_.size() * 16), 1, 1024);
  grid.meeting.expect(helpers + 1);
  if (helpers > 0) {
    {
      const std::lock_guard lock(mutex_);
      grid_ = &grid;
      wanted_ = helpers;
      joined_ = 0;
    }
    if (helpers == 1) {
      wake_.notify_one();
    } else {
      wake_.notify_all();
    }
  }
  const Watched watched(grid);
  work(0, grid, helpers);
  if (helpers > 0) {
    std::unique_lock lock(mutex_);
    // Who has not come yet is not needed any more, unless blocks are reserved for him.
    if (!grid.cooperative) wanted_ = 0;
    done_.wait(lock, [&] { return wanted_ == 0 && working_ == 0; });
    grid_ = nullptr;
  }
}

void WorkerPool::serve(unsigned number) {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return wanted_ > 0; });
    --wanted_;
    ++working_;
    Grid& grid = *grid_;
    const unsigned place = ++joined_;
    lock.unlock();
    work(number, grid, place);
    lock.lock();
    if (--working_ == 0) done_.notify_one();
  }
}

void WorkerPool::work(unsigned number, Grid& grid, unsigned place) {
  const DeviceFloatingPoint device_mode;
  if (grid.cooperative) {
    const auto step = std::min<std::uint64_t>(workers_.size(), grid.block_count);
    workers_[number]->run_resident(grid, number == 0 ? 0 : place, step);
  } else {
    workers_[number]->run(grid);
  }
}

}  // namespace emulator
