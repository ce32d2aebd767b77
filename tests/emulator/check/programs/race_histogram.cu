// Counts digits.
// variant 1: correct, atomicAdd in global memory
// variant 2: plain increments in global memory
// variant 3: bins are read while other threads add to them
// variant 4: correct, each block has its own bins
// variant 5: no barrier after the block's bins were cleared
// variant 6: no barrier before the block's bins are added to the result
// variant 7: plain increments of the block's bins
#include "check_program.h"

constexpr int kThreads = 96, kBlocks = 3, kBins = 10, kCount = 1001;

__device__ int digit(int value) { return value * 7 % kBins; }

__global__ void count_global(const int* x, int* bins, int variant) {
  for (int i = blockIdx.x * kThreads + threadIdx.x; i < kCount; i += kBlocks * kThreads) {
    if (variant == 2) {
      bins[digit(x[i])] += 1;  // expect 2: race
    } else {
      atomicAdd(&bins[digit(x[i])], 1);
    }
  }
}

__global__ void count_and_look(const int* x, int* bins, int* copy) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  atomicAdd(&bins[digit(x[i])], 1);  // expect 3: race
  if (i < kBins) copy[i] = bins[i];  // expect 3: race
}

__global__ void count_shared(const int* x, int* bins, int variant) {
  __shared__ int block_bins[kBins];
  if (threadIdx.x < kBins) block_bins[threadIdx.x] = 0;  // expect 5: race array=block_bins
  if (variant != 5) __syncthreads();
  for (int i = blockIdx.x * kThreads + threadIdx.x; i < kCount; i += kBlocks * kThreads) {
    const int bin = digit(x[i]);
    if (variant == 7) {
      block_bins[bin] += 1;  // expect 7: race array=block_bins
    } else {
      atomicAdd(&block_bins[bin], 1);  // expect 5,6: race array=block_bins; allow 5: uninitialized
    }
  }
  if (variant != 6) __syncthreads();
  // expect 6: race; allow 5: uninitialized
  if (threadIdx.x < kBins) atomicAdd(&bins[threadIdx.x], block_bins[threadIdx.x]);
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto values = Values<int, kCount>::counting();
  auto bins = Values<int, kBins>::zeros();
  int *x = values.to_device(), *dbins = bins.to_device(), *copy = bins.to_device();
  if (variant <= 2) count_global<<<kBlocks, kThreads>>>(x, dbins, variant);
  if (variant == 3) count_and_look<<<kBlocks, kThreads>>>(x, dbins, copy);
  if (variant >= 4) count_shared<<<kBlocks, kThreads>>>(x, dbins, variant);
  CUDA_CHECK(cudaGetLastError());
  bins.from_device(dbins);
  CUDA_CHECK(cudaFree(x));
  CUDA_CHECK(cudaFree(dbins));
  CUDA_CHECK(cudaFree(copy));
  auto expected = Values<int, kBins>::zeros();
  for (int i = 0; i < kCount; ++i) ++expected.data[values.data[i] * 7 % kBins];
  bool ok = true;
  for (int bin = 0; bin < kBins; ++bin) ok &= bins.data[bin] == expected.data[bin];
  return verdict(ok || (variant != 1 && variant != 4));
}
