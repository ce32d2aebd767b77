// All threads of a block meet at the same barrier.
// variant 1: correct
// variant 2: a barrier in a branch that only some threads take
// variant 3: threads without work return before the barrier
// variant 4: both branches have a barrier of their own
// variant 5: some threads leave the loop with the barrier earlier
// variant 6: correct, a barrier in a branch that whole blocks take
#include "check_program.h"

constexpr int kThreads = 64, kBlocks = 2, kCount = 100;

__global__ void pass_through(int* x, int variant) {
  __shared__ int part[kThreads];
  const int t = threadIdx.x, i = blockIdx.x * kThreads + t;
  if (variant == 3 && i >= kCount) return;  // expect 3: divergent_barrier
  part[t] = i < kCount ? x[i] : 0;
  if (variant == 2 && t < 32) __syncthreads();  // expect 2: divergent_barrier
  if (variant == 4) {
    if (t < 32) {
      __syncthreads();  // expect 4: divergent_barrier
    } else {
      __syncthreads();  // expect 4: divergent_barrier
    }
  }
  if (variant == 5) {
    for (int round = 0; round < t / 32 + 1; ++round) __syncthreads();  // expect 5: divergent_barrier
  }
  if (variant == 6 && blockIdx.x == 1) __syncthreads();
  if (variant != 4) __syncthreads();  // expect 2,3,5: divergent_barrier
  if (i < kCount) x[i] = part[t];
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<int, kCount>::counting();
  int* x = values.to_device();
  pass_through<<<kBlocks, kThreads>>>(x, variant);
  const bool is_correct = variant == 1 || variant == 6;
  if (is_correct) values.from_device(x);
  cudaDeviceSynchronize();
  cudaFree(x);
  bool ok = true;
  for (int i = 0; i < kCount; ++i) ok &= values.data[i] == i + 1;
  return verdict(ok);
}
