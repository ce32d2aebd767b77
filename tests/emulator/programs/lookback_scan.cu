// A prefix sum that reads its input once: each block looks back at what the blocks before it have published.
#include <numeric>

#include "program.h"

constexpr int kThreads = 128;
constexpr int kItems = 4;
constexpr int kTile = kThreads * kItems;

// Status and value in one 64-bit word, so that both are seen together.
enum Status : unsigned { kInvalid, kPartial, kPrefix };

__device__ unsigned long long pack(Status status, unsigned value) {
  return static_cast<unsigned long long>(status) << 32 | value;
}

__global__ void scan(const unsigned* in, unsigned* out, int n, unsigned long long* states, int* next_tile) {
  __shared__ int tile_index;
  __shared__ unsigned warp_sums[kThreads / 32], before;
  // Tiles are numbered in the order blocks start, so that all earlier tiles are running or done.
  if (threadIdx.x == 0) tile_index = atomicAdd(next_tile, 1);
  __syncthreads();
  const int tile = tile_index, lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const int first = tile * kTile + threadIdx.x * kItems;
  unsigned items[kItems], sum = 0;
#pragma unroll
  for (int i = 0; i < kItems; ++i) items[i] = sum += first + i < n ? in[first + i] : 0;
  unsigned inclusive = sum;
  for (int offset = 1; offset < 32; offset *= 2) {
    const unsigned other = __shfl_up_sync(~0u, inclusive, offset);
    if (lane >= offset) inclusive += other;
  }
  if (lane == 31) warp_sums[warp] = inclusive;
  __syncthreads();
  if (threadIdx.x == 0) {
    unsigned total = 0;
    for (unsigned& warp_sum : warp_sums) {
      const unsigned mine = warp_sum;
      warp_sum = total;
      total += mine;
    }
    unsigned prefix = 0;
    if (tile > 0) {
      atomicExch(&states[tile], pack(kPartial, total));
      for (int earlier = tile - 1;; --earlier) {
        unsigned long long state;
        do state = *reinterpret_cast<volatile unsigned long long*>(&states[earlier]);
        while (state >> 32 == kInvalid);
        prefix += static_cast<unsigned>(state);
        if (state >> 32 == kPrefix) break;
      }
    }
    __threadfence();
    atomicExch(&states[tile], pack(kPrefix, prefix + total));
    before = prefix;
  }
  __syncthreads();
  const unsigned offset = before + warp_sums[warp] + inclusive - sum;
  for (int i = 0; i < kItems; ++i)
    if (first + i < n) out[first + i] = offset + items[i];
}

int main() {
  const int n = 50 * kTile + 17, tiles = ceil_div(n, kTile);
  const auto small = random_ints(n, 0, 1000);
  const std::vector<unsigned> values(small.begin(), small.end());
  std::vector<unsigned> expected(n);
  std::partial_sum(values.begin(), values.end(), expected.begin());
  DeviceArray<unsigned> in(values), out(n);
  DeviceArray<unsigned long long> states(tiles);
  DeviceArray<int> next_tile(1);
  states.clear();
  next_tile.clear();
  scan<<<tiles, kThreads>>>(in, out, n, states, next_tile);
  CHECK_LAUNCH();
  return verdict(all_equal("look-back scan", out.download(), expected));
}
