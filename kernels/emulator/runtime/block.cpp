#include "block.h"

#include <atomic>
#include <cstring>

namespace emulator {

namespace {

/// Serial numbers are handed to OS threads in portions, so that starting a block needs no shared counter.
std::uint64_t next_serial() {
  constexpr std::uint64_t kPortion = 1u << 20;
  static std::atomic<std::uint64_t> portions{0};
  thread_local std::uint64_t next = 0;
  thread_local std::uint64_t end = 0;
  if (next == end) {
    next = portions.fetch_add(1) * kPortion + 1;
    end = next + kPortion;
  }
  return next++;
}

}  // namespace

void Block::begin(uint3 block_index, std::uint64_t linear_index, unsigned thread_count) {
  index = block_index;
  linear = linear_index;
  serial = next_serial();
  if (threads.size() < thread_count) threads.resize(thread_count);
  const unsigned warp_count = (thread_count + kWarpSize - 1) / kWarpSize;
  if (warps.size() < warp_count) warps.resize(warp_count);
  size = thread_count;
  meetings = 0;
  barriers = 0;
  exited = 0;
  std::memset(has_exited.data(), 0, thread_count);
  at_barrier = 0;
  votes = 0;
  in_order = true;
  waiting.clear();
  for (unsigned w = 0; w < warp_count; ++w) warps[w].arrived = 0;
}

}  // namespace emulator
