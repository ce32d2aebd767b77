// Block sums in shared memory.
// variant 1: correct
// variant 2: no barrier in the loop
// variant 3: no barrier before the loop
// variant 4: correct, the last steps in one warp with __syncwarp
// variant 5: the last steps in one warp, volatile and without __syncwarp
// variant 6: thread 0 adds up all values without waiting for them
#include "check_program.h"

constexpr int kThreads = 128, kBlocks = 3, kCount = kThreads * kBlocks;

__global__ void block_sums(const int* x, int* sums, int variant) {
  __shared__ int partial[kThreads];
  const int t = threadIdx.x;
  partial[t] = x[blockIdx.x * kThreads + t];  // expect 3: race array=partial
  if (variant != 3) __syncthreads();
  for (int step = kThreads / 2; step > 0; step /= 2) {
    // expect 2: race array=partial; expect 3: race; allow 3: uninitialized
    if (t < step) partial[t] += partial[t + step];
    if (variant != 2) __syncthreads();
  }
  if (t == 0) sums[blockIdx.x] = partial[0];
}

__global__ void block_sums_warp_tail(const int* x, int* sums, int variant) {
  __shared__ int values[kThreads];
  const int t = threadIdx.x;
  values[t] = x[blockIdx.x * kThreads + t];
  __syncthreads();
  if (t < 64) values[t] += values[t + 64];
  __syncthreads();
  if (t < 32) {
    volatile int* lanes = values;
    for (int step = 32; step > 0; step /= 2) {
      const int other = lanes[t + step];  // expect 5: race array=values
      if (variant != 5) __syncwarp();
      lanes[t] = lanes[t] + other;  // expect 5: race
      if (variant != 5) __syncwarp();
    }
  }
  if (t == 0) sums[blockIdx.x] = values[0];
}

__global__ void block_sums_serial(const int* x, int* sums) {
  __shared__ int loaded[kThreads];
  const int t = threadIdx.x;
  loaded[t] = x[blockIdx.x * kThreads + t];  // expect 6: race array=loaded
  if (t == 0) {
    int sum = 0;
    for (int i = 0; i < kThreads; ++i) sum += loaded[i];  // expect 6: race; allow 6: uninitialized
    sums[blockIdx.x] = sum;
  }
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto values = Values<int, kCount>::counting();
  auto sums = Values<int, kBlocks>::zeros();
  int *x = values.to_device(), *dsums = sums.to_device();
  if (variant <= 3) block_sums<<<kBlocks, kThreads>>>(x, dsums, variant);
  if (variant == 4 || variant == 5) block_sums_warp_tail<<<kBlocks, kThreads>>>(x, dsums, variant);
  if (variant == 6) block_sums_serial<<<kBlocks, kThreads>>>(x, dsums);
  CUDA_CHECK(cudaGetLastError());
  sums.from_device(dsums);
  CUDA_CHECK(cudaFree(x));
  CUDA_CHECK(cudaFree(dsums));
  bool ok = true;
  for (int block = 0; block < kBlocks; ++block)
    ok &= sums.data[block] == kThreads * (2 * block * kThreads + kThreads + 1) / 2;
  return verdict(ok || (variant != 1 && variant != 4));
}
