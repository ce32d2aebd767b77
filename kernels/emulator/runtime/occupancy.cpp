#include "occupancy.h"

#include <algorithm>

#include "device_limits.h"

namespace emulator {

namespace {

/// Blocks that each resource has room for.
struct Room {
  std::size_t threads = 0;
  std::size_t shared = 0;
};

Room room_for(std::size_t block_threads, std::size_t static_shared_bytes, std::size_t dynamic_shared_bytes) {
  constexpr std::size_t kWarp = 32;
  constexpr std::size_t kSharedStep = 128;  // shared memory is given out in units of this size
  if (block_threads == 0 || block_threads > limits::kBlockThreads) return {};
  const std::size_t warps = (block_threads + kWarp - 1) / kWarp;
  Room room;
  room.threads = limits::kThreadsPerMultiprocessor / kWarp / warps;
  const std::size_t shared =
      (static_shared_bytes + dynamic_shared_bytes + kSharedStep - 1) / kSharedStep * kSharedStep;
  if (shared <= limits::kMaxDynamicShared) {
    room.shared = limits::kSharedPerMultiprocessor / (shared + limits::kReservedShared);
  }
  return room;
}

constexpr std::size_t kMostBlocks = limits::kBlocksPerMultiprocessor;

}  // namespace

int resident_blocks(std::size_t block_threads, std::size_t static_shared_bytes,
                    std::size_t dynamic_shared_bytes) {
  const Room room = room_for(block_threads, static_shared_bytes, dynamic_shared_bytes);
  return static_cast<int>(std::min({room.threads, room.shared, kMostBlocks}));
}

Occupancy occupancy_of(std::size_t block_threads, std::size_t static_shared_bytes,
                       std::size_t dynamic_shared_bytes) {
  const Room room = room_for(block_threads, static_shared_bytes, dynamic_shared_bytes);
  const std::size_t blocks = std::min({room.threads, room.shared, kMostBlocks});
  const char* limit = room.threads == blocks ? "threads" : room.shared == blocks ? "shared memory" : "blocks";
  return {static_cast<double>(blocks * block_threads) / limits::kThreadsPerMultiprocessor, limit};
}

}  // namespace emulator
