// Other barriers of a block order memory as __syncthreads does.
// variant 1: correct, __syncthreads_count
// variant 2: correct, __syncthreads_or
// variant 3: correct, sync of the block's cooperative group
// variant 4: none
// variant 5: a vote of the warp where the block must wait
#include <cooperative_groups.h>

#include "check_program.h"

namespace cg = cooperative_groups;

constexpr int kThreads = 96, kBlocks = 3, kCount = kThreads * kBlocks;

// Each block turns its part by as many places as it has odd values.
__global__ void rotate(int* x, int variant) {
  __shared__ int values[kThreads];
  const int t = threadIdx.x, i = blockIdx.x * kThreads + t;
  values[t] = x[i];  // expect 4,5: race array=values
  const int is_odd = values[t] % 2;
  int odd = kThreads / 2;
  if (variant == 1) odd = __syncthreads_count(is_odd);
  if (variant == 2) odd *= __syncthreads_or(is_odd);
  if (variant == 3) cg::this_thread_block().sync();
  if (variant == 5) odd *= __any_sync(~0u, is_odd);
  x[i] = values[(t + odd) % kThreads];  // expect 4,5: race; allow 4,5: uninitialized
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<int, kCount>::counting();
  int* x = values.to_device();
  rotate<<<kBlocks, kThreads>>>(x, variant);
  CUDA_CHECK(cudaGetLastError());
  values.from_device(x);
  CUDA_CHECK(cudaFree(x));
  bool ok = true;
  for (int i = 0; i < kCount; ++i)
    ok &= values.data[i] == i / kThreads * kThreads + (i % kThreads + kThreads / 2) % kThreads + 1;
  return verdict(ok || variant > 3);
}
