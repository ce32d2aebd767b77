// Block 0 makes values, block 1 waits for them.
// variant 1: correct: data, __threadfence, atomic flag; the reader takes an atomic look, then reads
// variant 2: the reader does not wait
// variant 3: the flag is set before the data is written
// variant 4: correct, a volatile flag with fences on both sides
// variant 5: a volatile flag that the reader does not wait for
// variant 6: correct, every thread publishes its own value together with its flag in one atomic word
#include "check_program.h"

constexpr int kThreads = 64;

__global__ void produce_and_consume(int* data, int* flag, int* result, int variant) {
  const int t = threadIdx.x;
  if (blockIdx.x == 0) {
    if (variant == 3 && t == 0) atomicExch(flag, 1);
    data[t] = 3 * t;  // expect 2,3: race
    __threadfence();
    __syncthreads();
    if (variant != 3 && t == 0) atomicExch(flag, 1);
  } else {
    if (variant != 2 && t == 0) {
      while (atomicAdd(flag, 0) == 0) {
      }
      __threadfence();
    }
    __syncthreads();
    result[t] = data[kThreads - 1 - t];  // expect 2,3: race
  }
}

__global__ void with_volatile(int* data, volatile int* flag, int* result, int variant) {
  const int t = threadIdx.x;
  if (blockIdx.x == 0) {
    data[t] = 3 * t;  // expect 5: race
    __threadfence();
    __syncthreads();
    if (t == 0) *flag = 1;
  } else {
    if (variant != 5 && t == 0) {
      while (*flag == 0) {
      }
      __threadfence();
    }
    __syncthreads();
    result[t] = data[kThreads - 1 - t];  // expect 5: race
  }
}

__global__ void one_word(unsigned long long* words, int* result) {
  const int t = threadIdx.x;
  if (blockIdx.x == 0) {
    atomicExch(&words[t], 1ull << 32 | 3u * t);
  } else {
    unsigned long long word;
    do word = atomicAdd(&words[kThreads - 1 - t], 0ull);
    while (word >> 32 == 0);
    result[t] = static_cast<int>(word);
  }
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<int, 2 * kThreads>::zeros();
  int *data = values.to_device(), *flag = values.to_device(), *result = values.to_device();
  if (variant <= 3) produce_and_consume<<<2, kThreads>>>(data, flag, result, variant);
  if (variant == 4 || variant == 5) with_volatile<<<2, kThreads>>>(data, flag, result, variant);
  if (variant == 6) one_word<<<2, kThreads>>>(reinterpret_cast<unsigned long long*>(data), result);
  CUDA_CHECK(cudaGetLastError());
  values.from_device(result);
  CUDA_CHECK(cudaFree(data));
  CUDA_CHECK(cudaFree(flag));
  CUDA_CHECK(cudaFree(result));
  bool ok = true;
  for (int t = 0; t < kThreads; ++t) ok &= values.data[t] == 3 * (kThreads - 1 - t);
  return verdict(ok || (variant != 1 && variant != 4 && variant != 6));
}
