/// @file
/// One launch on its way through the workers.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>

#include <emulator/control.h>
#include <emulator/launch.h>

#include "observer.h"
#include "random.h"

namespace emulator {

/// Which block comes at which turn: ascending, descending or shuffled.
class BlockOrder {
 public:
  BlockOrder(Schedule schedule, std::uint64_t seed, std::uint64_t count);
  std::uint64_t block_at(std::uint64_t turn) const { return (turn * factor_ + offset_) % count_; }

 private:
  // turn -> turn * factor + offset modulo count reaches every block once when factor and count have no common
  // divisor.
  std::uint64_t count_;
  std::uint64_t factor_ = 1;
  std::uint64_t offset_ = 0;
};

/// A running launch, shared by all workers.
struct Grid {
  Grid(const KernelSite& kernel_site, const LaunchConfig& config, const KernelCode& kernel_code,
       std::uint64_t number_of_launch);

  KernelSite site;
  dim3 grid;
  dim3 block;
  std::size_t dynamic_shared_bytes;
  bool cooperative;
  bool exited_threads_allowed;  ///< barriers do not wait for threads that have left the kernel
  KernelCode code;
  std::uint64_t launch_number;
  std::uint64_t block_count;
  unsigned block_threads;
  Schedule schedule;
  std::uint64_t seed;
  BlockOrder order;

  std::atomic<std::uint64_t> next_turn{0};  ///< the first block that no worker has taken
  std::uint64_t chunk = 1;                  ///< blocks that a worker takes at once

  std::atomic<bool> stopping{false};  ///< set once: workers leave as soon as they notice
  std::atomic<bool> failed{false};    ///< and there is an error
  cudaError_t error = cudaSuccess;    ///< valid once failed is set

  std::atomic<std::uint64_t> barriers{0};  ///< passed by whole blocks, for the counters
  std::atomic<std::size_t> static_shared_bytes{0};

  /// Records the first failure and prints `message`; later ones are its consequences and stay silent.
  void fail(cudaError_t code_of_error, const Failure& failure, const std::string& message);
  /// Asks the workers to stop and to say where their threads are.
  void stop_for_timeout();
  /// What a worker has to say when it stops: printed only if the launch has timed out.
  /// @param failure  where one of its threads is
  void report_timeout(const Failure& failure, const std::string& stuck_threads);
  uint3 block_index(std::uint64_t linear) const;
  /// threadIdx of a block's thread number `linear`, x fastest.
  uint3 thread_index(unsigned linear) const {
    return {linear % block.x, linear / block.x % block.y, linear / (block.x * block.y)};
  }

  /// Where the workers of a cooperative launch meet once all their threads wait in a grid barrier.
  class Meeting {
   public:
    void expect(unsigned workers) { expected_ = workers; }
    /// Waits for the other workers; false if the launch has to stop.
    bool arrive(const std::atomic<bool>& stop);
    void wake_all();

   private:
    std::mutex mutex_;
    std::condition_variable condition_;
    unsigned expected_ = 1;
    unsigned arrived_ = 0;
    std::uint64_t generation_ = 0;
  };
  Meeting meeting;

 private:
  std::mutex failure_mutex_;
};

}  // namespace emulator
