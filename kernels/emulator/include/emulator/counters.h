/// @file
/// What the emulated GPU has done, in numbers that hold on a real card as well: launches, threads, bytes,
/// barriers. They need no instrumentation. EMULATED_GPU_STATS=1 prints them on stderr when the program ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <emulator/vector_types.h>

namespace emulator {

/// One kernel launch.
struct LaunchRecord {
  std::string kernel;  ///< as written before `<<<`
  std::string file;
  unsigned line;
  dim3 grid;
  dim3 block;
  std::size_t static_shared_bytes;  ///< of each block
  std::size_t dynamic_shared_bytes;
  /// Threads resident on a multiprocessor over the most it can have, as block size and shared memory allow.
  /// Registers are not known and not counted.
  double occupancy;
  std::uint64_t barriers;  ///< __syncthreads passed, over all blocks
  double seconds;          ///< of emulation; says nothing about a GPU
};

struct Counters {
  std::uint64_t launches = 0;
  std::uint64_t blocks = 0;
  std::uint64_t threads = 0;
  std::uint64_t barriers = 0;  ///< passed by whole blocks
  std::uint64_t bytes_host_to_device = 0;
  std::uint64_t bytes_device_to_host = 0;
  std::uint64_t bytes_device_to_device = 0;
  std::uint64_t copies = 0;
  std::uint64_t bytes_set = 0;  ///< by cudaMemset
  std::uint64_t allocations = 0;
  std::uint64_t bytes_allocated = 0;
  std::vector<LaunchRecord> last_launches;  ///< the newest kKeptLaunches, oldest first
};

inline constexpr std::size_t kKeptLaunches = 1024;

/// The counts since the program's start or the last reset.
Counters counters();
void reset_counters();

}  // namespace emulator
