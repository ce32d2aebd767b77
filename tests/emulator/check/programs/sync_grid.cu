// A cooperative launch: all blocks meet between the steps of a stencil.
// variant 1: correct
// variant 2: no grid-wide barrier between the steps
// variant 3: the block's barrier in place of the grid's
#include <cooperative_groups.h>

#include "check_program.h"

namespace cg = cooperative_groups;

constexpr int kThreads = 32, kBlocks = 3, kCount = kThreads * kBlocks, kSteps = 4;

__global__ void relax(int* even, int* odd, int variant) {
  const cg::grid_group grid = cg::this_grid();
  const int i = blockIdx.x * kThreads + threadIdx.x;
  for (int step = 0; step < kSteps; ++step) {
    const int* from = step % 2 == 0 ? even : odd;
    int* to = step % 2 == 0 ? odd : even;
    const int left = from[(i + kCount - 1) % kCount];  // expect 2,3: race
    to[i] = left + 1;                                  // expect 2,3: race
    if (variant == 1) grid.sync();
    if (variant == 3) __syncthreads();
  }
}

int main(int argc, char** argv) {
  int variant = variant_of(argc, argv);
  auto values = Values<int, kCount>::counting();
  int *even = values.to_device(), *odd = values.to_device();
  void* arguments[] = {&even, &odd, &variant};
  CUDA_CHECK(cudaLaunchCooperativeKernel(reinterpret_cast<void*>(relax), dim3(kBlocks), dim3(kThreads),
                                         arguments, 0, nullptr));
  values.from_device(even);
  CUDA_CHECK(cudaFree(even));
  CUDA_CHECK(cudaFree(odd));
  bool ok = true;
  for (int i = 0; i < kCount; ++i) ok &= values.data[i] == (i + kCount - kSteps) % kCount + 1 + kSteps;
  return verdict(ok || variant != 1);
}
