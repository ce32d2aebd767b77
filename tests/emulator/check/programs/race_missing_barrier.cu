// Blocks reverse their part of an array through shared memory.
// variant 1: correct
// variant 2: no barrier between the stores and the loads
// variant 3: correct, dynamic shared memory
// variant 4: dynamic shared memory, no barrier between the stores and the loads
// variant 5: correct, several rounds through the same array
// variant 6: several rounds, no barrier before the array is filled again
#include "check_program.h"

constexpr int kThreads = 96, kBlocks = 3, kCount = kThreads * kBlocks;

__global__ void reverse(int* x, int variant) {
  __shared__ int part[kThreads];
  const int t = threadIdx.x, first = blockIdx.x * kThreads;
  part[t] = x[first + t];  // expect 2: race array=part
  if (variant != 2) __syncthreads();
  x[first + t] = part[kThreads - 1 - t];  // expect 2: race; allow 2: uninitialized
}

__global__ void reverse_dynamic(int* x, int variant) {
  extern __shared__ int block_part[];
  const int t = threadIdx.x, first = blockIdx.x * kThreads;
  block_part[t] = x[first + t];  // expect 4: race array=block_part
  if (variant != 4) __syncthreads();
  x[first + t] = block_part[kThreads - 1 - t];  // expect 4: race; allow 4: uninitialized
}

__global__ void reverse_all(int* x, int variant) {
  __shared__ int round[kThreads];
  const int t = threadIdx.x;
  for (int first = 0; first < kCount; first += kThreads) {
    round[t] = x[first + t];  // expect 6: race array=round
    __syncthreads();
    x[first + t] = round[kThreads - 1 - t];  // expect 6: race
    if (variant != 6) __syncthreads();
  }
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<int, kCount>::counting();
  int* x = values.to_device();
  if (variant <= 2) reverse<<<kBlocks, kThreads>>>(x, variant);
  if (variant == 3 || variant == 4)
    reverse_dynamic<<<kBlocks, kThreads, kThreads * sizeof(int)>>>(x, variant);
  if (variant >= 5) reverse_all<<<1, kThreads>>>(x, variant);
  CUDA_CHECK(cudaGetLastError());
  values.from_device(x);
  CUDA_CHECK(cudaFree(x));
  bool ok = true;
  for (int i = 0; i < kCount; ++i) ok &= values.data[i] == i / kThreads * kThreads + kThreads - i % kThreads;
  return verdict(ok || variant % 2 == 0);
}
