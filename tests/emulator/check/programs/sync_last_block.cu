// The block that finishes last adds up what all blocks have found.
// variant 1: correct: __threadfence, then atomicInc
// variant 2: every block takes itself for the last
// variant 3: the count is increased before the sum is written
// variant 4: the other threads of the last block do not wait for thread 0, which counted
#include "check_program.h"

constexpr int kThreads = 64, kBlocks = 7, kCount = kThreads * kBlocks;

__global__ void sum(const int* x, int* sums, unsigned* finished, int* total, int variant) {
  __shared__ int values[kThreads];
  __shared__ bool is_last;
  const int t = threadIdx.x;
  values[t] = x[blockIdx.x * kThreads + t];
  __syncthreads();
  for (int step = kThreads / 2; step > 0; step /= 2) {
    if (t < step) values[t] += values[t + step];
    __syncthreads();
  }
  if (t == 0) {
    if (variant == 3) is_last = atomicInc(finished, gridDim.x) == gridDim.x - 1;
    sums[blockIdx.x] = values[0];  // expect 2,3: race
    __threadfence();
    if (variant == 2) is_last = true;
    // expect 4: race array=is_last
    if (variant != 2 && variant != 3) is_last = atomicInc(finished, gridDim.x) == gridDim.x - 1;
  }
  if (variant != 4) __syncthreads();
  if (!is_last) return;  // expect 4: race; allow 4: uninitialized
  if (t != 0) return;
  int all = 0;
  for (int block = 0; block < kBlocks; ++block) all += sums[block];  // expect 2,3: race
  if (variant != 2) *total = all;
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto values = Values<int, kCount>::counting();
  auto sums = Values<int, kBlocks>::zeros();
  auto total = Values<int, 1>::zeros();
  int *x = values.to_device(), *dsums = sums.to_device(), *dtotal = total.to_device();
  unsigned* finished;
  CUDA_CHECK(cudaMalloc(&finished, sizeof(unsigned)));
  CUDA_CHECK(cudaMemset(finished, 0, sizeof(unsigned)));
  sum<<<kBlocks, kThreads>>>(x, dsums, finished, dtotal, variant);
  CUDA_CHECK(cudaGetLastError());
  total.from_device(dtotal);
  CUDA_CHECK(cudaFree(x));
  CUDA_CHECK(cudaFree(dsums));
  CUDA_CHECK(cudaFree(dtotal));
  CUDA_CHECK(cudaFree(finished));
  return verdict(total.data[0] == kCount * (kCount + 1) / 2 || variant != 1);
}
