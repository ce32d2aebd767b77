// Lesson 01, a planted mistake: no call of CUDA is checked.
// expect: a failed cudaMalloc was ignored
#include <cstddef>

#include "kernels/cuda_check.h"
#include "lesson.h"

// Runs on the device. Thousands of threads execute it at once, each for another element.
__global__ void vector_add_kernel(const float* a, const float* b, float* c, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  // The last block has more threads than elements are left: the rest of them must do nothing.
  if (i < n) c[i] = a[i] + b[i];
}

namespace lesson {

void add_on_device(const float* a, const float* b, float* c, int n) {
  if (n == 0) return;  // a grid of no blocks would be an error
  const int threads = 256;
  const int blocks = (n + threads - 1) / threads;  // rounded up: the last block may be partly idle
  vector_add_kernel<<<blocks, threads>>>(a, b, c, n);
  cudaGetLastError();
}

void add(const float* a, const float* b, float* c, int n) {
  if (n == 0) return;
  const std::size_t bytes = static_cast<std::size_t>(n) * sizeof(float);
  float* device_a = nullptr;
  float* device_b = nullptr;
  float* device_c = nullptr;
  cudaMalloc(&device_a, bytes);
  cudaMalloc(&device_b, bytes);
  cudaMalloc(&device_c, bytes);

  cudaMemcpy(device_a, a, bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(device_b, b, bytes, cudaMemcpyHostToDevice);
  add_on_device(device_a, device_b, device_c, n);
  // This copy waits for the kernel: both are in the same stream.
  cudaMemcpy(c, device_c, bytes, cudaMemcpyDeviceToHost);

  cudaFree(device_a);
  cudaFree(device_b);
  cudaFree(device_c);
}

}  // namespace lesson
