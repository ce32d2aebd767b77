// Lanes of one warp exchange values through shared memory. Lanes have not run in step since Volta.
// variant 1: correct, __syncwarp between store and load
// variant 2: no __syncwarp
// variant 3: correct, half a warp with its own mask
// variant 4: half a warp, no __syncwarp
// variant 5: correct, a cooperative group of 16 lanes
// variant 6: groups of 16 lanes wait, but a lane of the other group is read
// variant 7: correct, the values are shuffled
#include <cooperative_groups.h>

#include "check_program.h"

namespace cg = cooperative_groups;

constexpr int kThreads = 64, kBlocks = 2, kCount = kThreads * kBlocks;

__global__ void swap_neighbours(int* x, int variant) {
  __shared__ int lanes[kThreads];
  const int t = threadIdx.x, i = blockIdx.x * kThreads + t;
  lanes[t] = x[i];  // expect 2: race array=lanes
  if (variant != 2) __syncwarp();
  x[i] = lanes[t ^ 1];  // expect 2: race; allow 2: uninitialized
}

__global__ void swap_in_half(int* x, int variant) {
  __shared__ int half_warp[kThreads];
  const int t = threadIdx.x, i = blockIdx.x * kThreads + t;
  if (t % 32 < 16) {
    half_warp[t] = x[i];  // expect 4: race array=half_warp
    if (variant != 4) __syncwarp(0x0000ffff);
    x[i] = half_warp[t ^ 1];  // expect 4: race; allow 4: uninitialized
  } else {
    x[i] = __shfl_xor_sync(0xffff0000, x[i], 1);
  }
}

__global__ void swap_in_group(int* x, int variant) {
  __shared__ int group[kThreads];
  const auto tile = cg::tiled_partition<16>(cg::this_thread_block());
  const int t = threadIdx.x, i = blockIdx.x * kThreads + t;
  group[t] = x[i];  // expect 6: race array=group
  tile.sync();
  x[i] = group[variant == 6 ? t ^ 16 : t ^ 1];  // expect 6: race; allow 6: uninitialized
}

__global__ void swap_shuffled(int* x) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  x[i] = __shfl_xor_sync(~0u, x[i], 1);
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<int, kCount>::counting();
  int* x = values.to_device();
  if (variant <= 2) swap_neighbours<<<kBlocks, kThreads>>>(x, variant);
  if (variant == 3 || variant == 4) swap_in_half<<<kBlocks, kThreads>>>(x, variant);
  if (variant == 5 || variant == 6) swap_in_group<<<kBlocks, kThreads>>>(x, variant);
  if (variant == 7) swap_shuffled<<<kBlocks, kThreads>>>(x);
  CUDA_CHECK(cudaGetLastError());
  values.from_device(x);
  CUDA_CHECK(cudaFree(x));
  bool ok = true;
  for (int i = 0; i < kCount; ++i) ok &= values.data[i] == (i ^ 1) + 1;
  return verdict(ok || variant % 2 == 0);
}
