// Lesson 01, a planted mistake: block and thread have changed places in the index, so that neighbours in a
// warp use elements that are gridDim.x apart.
// expect: touch 32.0 sectors; their bytes would fit into 4.0
// missed: sectors_over_ideal
#include <cstddef>

#include "kernels/cuda_check.h"
#include "lesson.h"

// Runs on the device. Thousands of threads execute it at once, each for another element.
__global__ void vector_add_kernel(const float* a, const float* b, float* c, int n) {
  const int i = threadIdx.x * gridDim.x + blockIdx.x;
  // The last threads have no element: they must do nothing.
  if (i < n) c[i] = a[i] + b[i];  // here
}

namespace lesson {

void add_on_device(const float* a, const float* b, float* c, int n) {
  if (n == 0) return;  // a grid of no blocks would be an error
  const int threads = 256;
  const int blocks = (n + threads - 1) / threads;  // rounded up: the last block may be partly idle
  vector_add_kernel<<<blocks, threads>>>(a, b, c, n);
  CUDA_CHECK(cudaGetLastError());
}

void add(const float* a, const float* b, float* c, int n) {
  if (n == 0) return;
  const std::size_t bytes = static_cast<std::size_t>(n) * sizeof(float);
  // CUDA_CHECK(...) around every call of CUDA throws when the call fails.
  float* device_a = nullptr;
  float* device_b = nullptr;
  float* device_c = nullptr;
  CUDA_CHECK(cudaMalloc(&device_a, bytes));
  CUDA_CHECK(cudaMalloc(&device_b, bytes));
  CUDA_CHECK(cudaMalloc(&device_c, bytes));

  CUDA_CHECK(cudaMemcpy(device_a, a, bytes, cudaMemcpyHostToDevice));
  CUDA_CHECK(cudaMemcpy(device_b, b, bytes, cudaMemcpyHostToDevice));
  add_on_device(device_a, device_b, device_c, n);
  // This copy waits for the kernel: both are in the same stream.
  CUDA_CHECK(cudaMemcpy(c, device_c, bytes, cudaMemcpyDeviceToHost));

  CUDA_CHECK(cudaFree(device_a));
  CUDA_CHECK(cudaFree(device_b));
  CUDA_CHECK(cudaFree(device_c));
}

}  // namespace lesson
