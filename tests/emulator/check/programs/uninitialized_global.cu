// Memory from cudaMalloc holds nothing until somebody writes it.
// variant 1: correct, cudaMemset
// variant 2: correct, cudaMemcpy
// variant 3: correct, a kernel writes it
// variant 4: correct, managed memory written by the host
// variant 5: correct, a __device__ array starts as zeros
// variant 6: nobody has written it
// variant 7: cudaMemset of a count of elements in place of bytes
// variant 8: the kernel that fills it leaves out the last element
// variant 9: atomicAdd to counters that were never cleared
// variant 10: correct, a copy of memory that nobody wrote, which nobody uses
#include "check_program.h"

constexpr int kThreads = 32, kCount = 75, kBlocks = (kCount + kThreads - 1) / kThreads;
constexpr int kBytes = kCount * sizeof(int);

__device__ int device_array[kCount];

__global__ void fill(int* x, int count) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) x[i] = 0;
}

__global__ void increase(const int* in, int* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const int* source = in != nullptr ? in : device_array;
  if (i < kCount) out[i] = source[i] + 1;  // expect 6,7,8: uninitialized
}

__global__ void count(int* counters) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < kCount) atomicAdd(&counters[i % 10], 1);  // expect 9: uninitialized
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<int, kCount>::zeros();
  int *in, *out, *managed;
  CUDA_CHECK(cudaMalloc(&in, kBytes));
  CUDA_CHECK(cudaMalloc(&out, kBytes));
  CUDA_CHECK(cudaMallocManaged(&managed, kBytes));
  for (int i = 0; i < kCount; ++i) managed[i] = 0;
  if (variant == 1) CUDA_CHECK(cudaMemset(in, 0, kBytes));
  if (variant == 2) CUDA_CHECK(cudaMemcpy(in, values.data, kBytes, cudaMemcpyHostToDevice));
  if (variant == 3) fill<<<kBlocks, kThreads>>>(in, kCount);
  if (variant == 7) CUDA_CHECK(cudaMemset(in, 0, kCount));
  if (variant == 8) fill<<<kBlocks, kThreads>>>(in, kCount - 1);
  if (variant <= 3 || (variant >= 6 && variant <= 8)) increase<<<kBlocks, kThreads>>>(in, out);
  if (variant == 4) increase<<<kBlocks, kThreads>>>(managed, out);
  if (variant == 5) increase<<<kBlocks, kThreads>>>(nullptr, out);
  if (variant == 9) count<<<kBlocks, kThreads>>>(out);
  if (variant == 10) CUDA_CHECK(cudaMemcpy(out, in, kBytes, cudaMemcpyDeviceToDevice));
  CUDA_CHECK(cudaGetLastError());
  if (variant <= 5) values.from_device(out);
  CUDA_CHECK(cudaDeviceSynchronize());
  for (int* array : {in, out, managed}) CUDA_CHECK(cudaFree(array));
  bool ok = true;
  for (int i = 0; i < kCount && variant <= 5; ++i) ok &= values.data[i] == 1;
  return verdict(ok);
}
