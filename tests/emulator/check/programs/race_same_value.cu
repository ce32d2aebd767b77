// A search tells whether and where it found something.
// variant 1: correct, atomicExch
// variant 2: all who find something write the same value to a flag
// variant 3: the flag is a __device__ variable
// variant 4: the flag is in shared memory
// variant 5: who finds something writes where
// variant 6: correct, atomicMax of where
#include "check_program.h"

constexpr int kThreads = 64, kBlocks = 3, kCount = kThreads * kBlocks;

__device__ int device_flag;

__global__ void search(const int* x, int* result, int variant) {
  __shared__ int block_flag;
  if (threadIdx.x == 0) block_flag = 0;
  __syncthreads();
  const int i = blockIdx.x * kThreads + threadIdx.x;
  if (x[i] % 5 == 0) {
    if (variant == 1) atomicExch(result, 1);
    if (variant == 2) *result = 1;      // expect 2: race_same_value
    if (variant == 3) device_flag = 1;  // expect 3: race_same_value array=device_flag
    if (variant == 4) block_flag = 1;   // expect 4: race_same_value array=block_flag
    if (variant == 5) *result = x[i];   // expect 5: race
    if (variant == 6) atomicMax(result, x[i]);
  }
  __syncthreads();
  if (variant == 4 && threadIdx.x == 0 && block_flag != 0) atomicOr(result, 1);
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto values = Values<int, kCount>::counting();
  auto result = Values<int, 1>::zeros();
  int *x = values.to_device(), *dresult = result.to_device();
  search<<<kBlocks, kThreads>>>(x, dresult, variant);
  CUDA_CHECK(cudaGetLastError());
  result.from_device(dresult);
  if (variant == 3) CUDA_CHECK(cudaMemcpyFromSymbol(result.data, device_flag, sizeof(int)));
  CUDA_CHECK(cudaFree(x));
  CUDA_CHECK(cudaFree(dresult));
  if (variant == 6) return verdict(result.data[0] == kCount / 5 * 5);
  return verdict(variant == 5 || result.data[0] == 1);
}
