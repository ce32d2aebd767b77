// A prefix sum in which each block looks back at what the blocks before it have published.
// variant 1: correct, state and value in one word
// variant 2: correct, value, fence, then the state in a word of its own
// variant 3: the state is published before the value
#include "check_program.h"

constexpr int kThreads = 32, kBlocks = 9, kCount = kThreads * kBlocks;

__device__ int warp_scan(int value) {
  for (int offset = 1; offset < 32; offset *= 2) {
    const int other = __shfl_up_sync(~0u, value, offset);
    if (threadIdx.x >= offset) value += other;
  }
  return value;
}

__global__ void scan_one_word(const int* x, int* y, unsigned long long* states, int* next) {
  int tile = threadIdx.x == 0 ? atomicAdd(next, 1) : 0;
  tile = __shfl_sync(~0u, tile, 0);
  const int inclusive = warp_scan(x[tile * kThreads + threadIdx.x]);
  int before = 0;
  if (threadIdx.x == kThreads - 1) {
    if (tile > 0) {
      unsigned long long state;
      do state = *reinterpret_cast<volatile unsigned long long*>(&states[tile - 1]);
      while (state >> 32 == 0);
      before = static_cast<int>(state);
    }
    atomicExch(&states[tile], 1ull << 32 | static_cast<unsigned>(before + inclusive));
  }
  y[tile * kThreads + threadIdx.x] = inclusive + __shfl_sync(~0u, before, kThreads - 1);
}

__global__ void scan_two_words(const int* x, int* y, int* states, int* totals, int* next, int variant) {
  int tile = threadIdx.x == 0 ? atomicAdd(next, 1) : 0;
  tile = __shfl_sync(~0u, tile, 0);
  const int inclusive = warp_scan(x[tile * kThreads + threadIdx.x]);
  int before = 0;
  if (threadIdx.x == kThreads - 1) {
    if (tile > 0) {
      while (atomicAdd(&states[tile - 1], 0) == 0) {
      }
      __threadfence();
      before = totals[tile - 1];  // expect 3: race
    }
    if (variant == 3) atomicExch(&states[tile], 1);
    totals[tile] = before + inclusive;  // expect 3: race
    __threadfence();
    if (variant != 3) atomicExch(&states[tile], 1);
  }
  y[tile * kThreads + threadIdx.x] = inclusive + __shfl_sync(~0u, before, kThreads - 1);
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<int, kCount>::counting();
  const auto zeros = Values<int, 2 * kBlocks>::zeros();
  int *x = values.to_device(), *y = values.to_device();
  int *states = zeros.to_device(), *totals = zeros.to_device(), *next = zeros.to_device();
  if (variant == 1)
    scan_one_word<<<kBlocks, kThreads>>>(x, y, reinterpret_cast<unsigned long long*>(states), next);
  else
    scan_two_words<<<kBlocks, kThreads>>>(x, y, states, totals, next, variant);
  CUDA_CHECK(cudaGetLastError());
  values.from_device(y);
  for (int* array : {x, y, states, totals, next}) CUDA_CHECK(cudaFree(array));
  bool ok = true;
  for (int i = 0; i < kCount; ++i) ok &= values.data[i] == (i + 1) * (i + 2) / 2;
  return verdict(ok || variant == 3);
}
