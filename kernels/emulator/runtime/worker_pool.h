/// @file
/// The operating-system threads that run blocks. They live as long as the program and sleep between launches.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "worker.h"

namespace emulator {

class WorkerPool {
 public:
  /// Made on first use, with as many workers as the settings say.
  static WorkerPool& instance();

  /// Runs a grid to its end. The calling thread works as well. One launch at a time.
  void run(Grid& grid);
  unsigned size() const { return static_cast<unsigned>(workers_.size()); }
  const Worker& worker(unsigned number) const { return *workers_[number]; }

 private:
  WorkerPool();
  void serve(unsigned number);
  void work(unsigned number, Grid& grid, unsigned helpers);

  std::vector<std::unique_ptr<Worker>> workers_;  ///< the first is the calling thread's

  std::mutex launch_mutex_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  Grid* grid_ = nullptr;  ///< the launch that helpers may join
  unsigned wanted_ = 0;   ///< helpers that still may
  unsigned joined_ = 0;   ///< and those that have
  unsigned working_ = 0;  ///< of them, those at work
};

}  // namespace emulator
