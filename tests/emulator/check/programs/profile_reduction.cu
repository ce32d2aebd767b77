// Three ways to add up a block's values, with the same result.
// variant 1: every second, fourth, ... lane works
// variant 2: the first lanes work, on elements further and further apart
// variant 3: the first lanes work, on neighbouring elements
#include "check_program.h"

constexpr int kThreads = 128, kBlocks = 3, kCount = kThreads * kBlocks;

__global__ void interleaved(const int* x, int* sums) {
  __shared__ int values[kThreads];
  const int t = threadIdx.x;
  values[t] = x[blockIdx.x * kThreads + t];
  __syncthreads();
  for (int step = 1; step < kThreads; step *= 2) {
    if (t % (2 * step) == 0) {
      const int other = values[t + step];  // counts 1: shared load requests=69 lanes=5.52 ways=1
      values[t] += other;
    }
    __syncthreads();
  }
  // counts 1: global store requests=3 lanes=1 sectors=1 ideal=1 needed=12
  if (t == 0) sums[blockIdx.x] = values[0];
}

__global__ void strided(const int* x, int* sums) {
  __shared__ int values[kThreads];
  const int t = threadIdx.x;
  values[t] = x[blockIdx.x * kThreads + t];
  __syncthreads();
  for (int step = 1; step < kThreads; step *= 2) {
    const int place = 2 * step * t;
    if (place < kThreads) {
      const int other = values[place + step];  // counts 2: shared load requests=24 lanes=15.875 ways=2.875
      values[place] += other;
    }
    __syncthreads();
  }
  if (t == 0) sums[blockIdx.x] = values[0];
}

__global__ void sequential(const int* x, int* sums) {
  __shared__ int values[kThreads];
  const int t = threadIdx.x;
  values[t] = x[blockIdx.x * kThreads + t];  // counts 3: shared store requests=12 lanes=32 ways=1
  __syncthreads();
  for (int step = kThreads / 2; step > 0; step /= 2) {
    if (t < step) {
      const int other = values[t + step];  // counts 3: shared load requests=24 lanes=15.875 ways=1
      values[t] += other;
    }
    __syncthreads();
  }
  if (t == 0) sums[blockIdx.x] = values[0];
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto values = Values<int, kCount>::counting();
  auto sums = Values<int, kBlocks>::zeros();
  int *x = values.to_device(), *dsums = sums.to_device();
  if (variant == 1) interleaved<<<kBlocks, kThreads>>>(x, dsums);
  if (variant == 2) strided<<<kBlocks, kThreads>>>(x, dsums);
  if (variant == 3) sequential<<<kBlocks, kThreads>>>(x, dsums);
  CUDA_CHECK(cudaGetLastError());
  sums.from_device(dsums);
  CUDA_CHECK(cudaFree(x));
  CUDA_CHECK(cudaFree(dsums));
  bool ok = true;
  for (int block = 0; block < kBlocks; ++block)
    ok &= sums.data[block] == kThreads * (2 * block * kThreads + kThreads + 1) / 2;
  return verdict(ok);
}
