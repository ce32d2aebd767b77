#include "grid.h"

#include <fmt/format.h>

#include <cstdio>
#include <numeric>

#include "kernel_attributes.h"
#include "settings.h"

namespace emulator {

BlockOrder::BlockOrder(Schedule schedule, std::uint64_t seed, std::uint64_t count) : count_(count) {
  if (count < 2) return;
  if (schedule == Schedule::kReverse) {
    factor_ = count - 1;  // minus one, modulo count
    offset_ = count - 1;
  } else if (schedule == Schedule::kRandom) {
    // Below 2^32, so that turn * factor cannot overflow for any grid CUDA allows to run to its end.
    Random random(seed);
    const std::uint64_t bound = count < (std::uint64_t{1} << 31) ? count : std::uint64_t{1} << 31;
    do {
      factor_ = 1 + random.below(bound);
    } while (std::gcd(factor_, count) != 1);
    offset_ = random.below(count);
  }
}

Grid::Grid(const KernelSite& kernel_site, const LaunchConfig& config, const KernelCode& kernel_code,
           std::uint64_t number_of_launch)
    : site(kernel_site),
      grid(config.grid),
      block(config.block),
      dynamic_shared_bytes(config.dynamic_shared_bytes),
      cooperative(config.cooperative),
      exited_threads_allowed(settings().exited_threads),
      code(kernel_code),
      launch_number(number_of_launch),
      block_count(std::uint64_t{config.grid.x} * config.grid.y * config.grid.z),
      block_threads(config.block.x * config.block.y * config.block.z),
      schedule(settings().schedule),
      seed(settings().seed ^ (number_of_launch << 32)),
      order(schedule, seed, block_count) {}

uint3 Grid::block_index(std::uint64_t linear) const {
  if (grid.y == 1 && grid.z == 1) return {static_cast<unsigned>(linear), 0, 0};
  const std::uint64_t rest = linear / grid.x;
  return {static_cast<unsigned>(linear % grid.x), static_cast<unsigned>(rest % grid.y),
          static_cast<unsigned>(rest / grid.y)};
}

void Grid::fail(cudaError_t code_of_error, const Failure& failure, const std::string& message) {
  const std::lock_guard lock(failure_mutex_);
  if (failed.load(std::memory_order_relaxed)) return;
  error = code_of_error;
  std::fflush(stdout);
  std::fputs(message.c_str(), stderr);
  if (observer) observer->failed(*this, failure, message);
  failed.store(true, std::memory_order_release);
  stopping.store(true);
  meeting.wake_all();
}

void Grid::stop_for_timeout() {
  stopping.store(true);
  meeting.wake_all();
}

void Grid::report_timeout(const Failure& failure, const std::string& stuck_threads) {
  const bool first = !failed.load();
  if (first) {
    fail(cudaErrorLaunchTimeout, failure,
         fmt::format("emulated GPU: kernel '{}' (launched at {}:{}) hangs: for {} s no thread has finished "
                     "or passed a "
                     "barrier (EMULATED_GPU_TIMEOUT sets the limit)\n",
                     kernel_expression(site.name), site.file, site.line, settings().timeout_seconds));
  }
  if (error != cudaErrorLaunchTimeout) return;
  const std::lock_guard lock(failure_mutex_);
  std::fputs(stuck_threads.c_str(), stderr);
}

bool Grid::Meeting::arrive(const std::atomic<bool>& stop) {
  std::unique_lock lock(mutex_);
  const std::uint64_t generation = generation_;
  if (++arrived_ == expected_) {
    arrived_ = 0;
    ++generation_;
    if (observer) observer->grid_met();
    condition_.notify_all();
    return !stop.load();
  }
  condition_.wait(lock, [&] { return generation_ != generation || stop.load(); });
  return !stop.load();
}

void Grid::Meeting::wake_all() {
  const std::lock_guard lock(mutex_);
  condition_.notify_all();
}

}  // namespace emulator
