// A lock of atomicCAS guards a maximum with its place.
// variant 1: correct, one thread of each block takes the lock
// variant 2: without the lock
// variant 3: every second block goes without the lock
// variant 4: correct, every thread takes the lock
// variant 5: every thread, without the lock
#include "check_program.h"

constexpr int kThreads = 32, kBlocks = 6, kCount = kThreads * kBlocks;

struct Best {
  int value;
  int index;
};

__global__ void largest(const int* x, Best* best, int* lock, int variant) {
  if (threadIdx.x != 0) return;
  Best mine{-1, -1};
  for (int t = 0; t < kThreads; ++t) {
    const int i = blockIdx.x * kThreads + t;
    const int value = x[i] * 37 % 101;
    if (value > mine.value) mine = Best{value, i};
  }
  const bool takes_lock = variant == 1 || (variant == 3 && blockIdx.x % 2 == 0);
  if (takes_lock) {
    while (atomicCAS(lock, 0, 1) != 0) {
    }
    __threadfence();
  }
  const int old = best->value;  // expect 2,3: race@value
  // expect 2,3: race@value; allow 2,3: race race_same_value
  best->value = old < mine.value ? mine.value : old;
  const int index = best->index;  // expect 2,3: race@index
  // expect 2,3: race@index; allow 2,3: race race_same_value
  best->index = old < mine.value ? mine.index : index;
  if (takes_lock) {
    __threadfence();
    atomicExch(lock, 0);
  }
}

__global__ void count(int* counter, int* lock, int variant) {
  bool is_done = false;
  while (!is_done) {
    if (variant == 5 || atomicCAS(lock, 0, 1) == 0) {
      __threadfence();
      *counter += 1;  // expect 5: race
      __threadfence();
      atomicExch(lock, 0);
      is_done = true;
    }
  }
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto values = Values<int, kCount>::counting();
  auto result = Values<int, 2>::zeros();
  int *x = values.to_device(), *dresult = result.to_device(), *lock = result.to_device();
  if (variant <= 3) largest<<<kBlocks, kThreads>>>(x, reinterpret_cast<Best*>(dresult), lock, variant);
  if (variant >= 4) count<<<kBlocks, kThreads>>>(dresult, lock, variant);
  CUDA_CHECK(cudaGetLastError());
  result.from_device(dresult);
  CUDA_CHECK(cudaFree(x));
  CUDA_CHECK(cudaFree(dresult));
  CUDA_CHECK(cudaFree(lock));
  if (variant == 1) return verdict(result.data[0] == 100 && values.data[result.data[1]] * 37 % 101 == 100);
  return verdict(variant != 4 || result.data[0] == kThreads * kBlocks);
}
