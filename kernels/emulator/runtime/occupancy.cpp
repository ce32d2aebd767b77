#include "occupancy.h"

#include <algorithm>

#include "device_limits.h"

namespace emulator {

int resident_blocks(std::size_t block_threads, std::size_t static_shared_bytes,
                    std::size_t dynamic_shared_bytes) {
  constexpr std::size_t kWarp = 32;
  constexpr std::size_t kSharedStep = 128;  // shared memory is given out in units of this size
  if (block_threads == 0 || block_threads > limits::kBlockThreads) return 0;
  const std::size_t warps = (block_threads + kWarp - 1) / kWarp;
  const std::size_t by_threads = limits::kThreadsPerMultiprocessor / kWarp / warps;
  const std::size_t shared =
      (static_shared_bytes + dynamic_shared_bytes + kSharedStep - 1) / kSharedStep * kSharedStep;
  if (shared > limits::kMaxDynamicShared) return 0;
  const std::size_t by_shared = limits::kSharedPerMultiprocessor / (shared + limits::kReservedShared);
  return static_cast<int>(std::min({by_threads, by_shared, std::size_t{limits::kBlocksPerMultiprocessor}}));
}

}  // namespace emulator
