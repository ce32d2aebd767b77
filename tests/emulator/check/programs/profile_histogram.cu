// Atomics, and the sectors they touch.
// variant 1: 8 bins in global memory
// variant 2: 64 bins in global memory, one for each thread of a block
// variant 3: one bin that all threads want
// variant 4: bins of the block in shared memory, then in global memory
#include "check_program.h"

constexpr int kThreads = 64, kBlocks = 3, kCount = kThreads * kBlocks, kBins = 64;

__global__ void count_global(const int* x, int* bins, int used) {
  const int bin = x[blockIdx.x * kThreads + threadIdx.x] % used;
  // counts 1: global atomic requests=6 lanes=32 sectors=1 ideal=1 needed=192
  // counts 2: global atomic requests=6 lanes=32 sectors=5 ideal=4
  // counts 3: global atomic requests=6 lanes=32 sectors=1 ideal=1 needed=24
  atomicAdd(&bins[bin], 1);
}

__global__ void count_shared(const int* x, int* bins) {
  __shared__ int block_bins[kBins];
  block_bins[threadIdx.x] = 0;  // counts 4: shared store requests=6 lanes=32 ways=1
  __syncthreads();
  // counts 4: shared atomic requests=6 lanes=32 ways=1
  atomicAdd(&block_bins[x[blockIdx.x * kThreads + threadIdx.x] % 64], 1);
  __syncthreads();
  // counts 4: global atomic requests=6 lanes=32 sectors=4 ideal=4; counts 4: shared load requests=6 ways=1
  atomicAdd(&bins[threadIdx.x], block_bins[threadIdx.x]);
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto values = Values<int, kCount>::counting();
  auto bins = Values<int, kBins>::zeros();
  int *x = values.to_device(), *dbins = bins.to_device();
  const int used[] = {0, 8, 64, 1, 64};
  if (variant <= 3) count_global<<<kBlocks, kThreads>>>(x, dbins, used[variant]);
  if (variant == 4) count_shared<<<kBlocks, kThreads>>>(x, dbins);
  CUDA_CHECK(cudaGetLastError());
  bins.from_device(dbins);
  CUDA_CHECK(cudaFree(x));
  CUDA_CHECK(cudaFree(dbins));
  bool ok = true;
  for (int bin = 0; bin < kBins; ++bin)
    ok &= bins.data[bin] == (bin < used[variant] ? kCount / used[variant] : 0);
  return verdict(ok);
}
