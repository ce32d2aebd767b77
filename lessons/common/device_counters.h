/// @file
/// What the emulated GPU counts while it runs, for structural goals and for benchmarks without a real GPU.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lesson_check {

struct DeviceCounters {
  std::uint64_t launches = 0;
  std::uint64_t blocks = 0;
  std::uint64_t threads = 0;
  std::uint64_t bytes_to_device = 0;
  std::uint64_t bytes_to_host = 0;
  double occupancy =
      0;  ///< of the last launch: resident threads of a multiprocessor over the most it can hold, 0 to 1
  std::vector<std::string> launched_at;  ///< "file:line" of the launches, each line once, in their order
};

/// Forgets what was counted so far.
void reset_device_counters();
/// What was counted since; nothing on a real GPU, which does not count.
std::optional<DeviceCounters> read_device_counters();

}  // namespace lesson_check
