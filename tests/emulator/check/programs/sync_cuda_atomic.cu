// libcu++: release and acquire between blocks, and barrier objects inside a block.
// variant 1: correct, store(release) and load(acquire)
// variant 2: the flag is not looked at
// variant 3: correct, fetch_add(acq_rel) makes the last arrival read what the others wrote
// variant 4: every arrival reads
// variant 5: correct, cuda::barrier
// variant 6: arrives at the barrier after the load
#include <cuda/atomic>
#include <cuda/barrier>

#include "check_program.h"

constexpr int kThreads = 64, kBlocks = 3;
using Flag = cuda::atomic_ref<int, cuda::thread_scope_device>;

__global__ void release_acquire(int* data, int* flag, int* result, int variant) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    *data = 42;  // expect 2: race
    Flag(*flag).store(1, cuda::memory_order_release);
  } else if (blockIdx.x == 1) {
    while (variant != 2 && Flag(*flag).load(cuda::memory_order_acquire) == 0) {
    }
    *result = *data;  // expect 2: race
  }
}

__global__ void last_arrival(int* data, int* arrivals, int* result, int variant) {
  if (threadIdx.x != 0) return;
  data[blockIdx.x] = 14;  // expect 4: race
  const int before = Flag(*arrivals).fetch_add(1, cuda::memory_order_acq_rel);
  if (variant != 4 && before != kBlocks - 1) return;
  int sum = 0;
  for (int block = 0; block < kBlocks; ++block) sum += data[block];  // expect 4: race
  if (variant != 4) *result = sum;
}

__global__ void barrier_object(int* result, int variant) {
  __shared__ cuda::barrier<cuda::thread_scope_block> barrier;
  __shared__ int values[kThreads];
  if (threadIdx.x == 0) init(&barrier, kThreads);
  __syncthreads();
  values[threadIdx.x] = threadIdx.x;  // expect 6: race array=values
  if (variant != 6) barrier.arrive_and_wait();
  const int other = values[kThreads - 1 - threadIdx.x];  // expect 6: race; allow 6: uninitialized
  if (variant == 6) barrier.arrive_and_wait();
  if (threadIdx.x == 21 && blockIdx.x == 0) *result = other;
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<int, kBlocks>::zeros();
  int *data = values.to_device(), *flag = values.to_device(), *result = values.to_device();
  if (variant <= 2) release_acquire<<<kBlocks, kThreads>>>(data, flag, result, variant);
  if (variant == 3 || variant == 4) last_arrival<<<kBlocks, kThreads>>>(data, flag, result, variant);
  if (variant >= 5) barrier_object<<<kBlocks, kThreads>>>(result, variant);
  CUDA_CHECK(cudaGetLastError());
  values.from_device(result);
  CUDA_CHECK(cudaFree(data));
  CUDA_CHECK(cudaFree(flag));
  CUDA_CHECK(cudaFree(result));
  return verdict(values.data[0] == 42 || variant % 2 == 0);
}
