// Lesson 01, a planted mistake: a single thread adds everything.
// expect: elements were added by 1 thread
// counted: only the emulated GPU sees this one
#include <cstddef>

#include "kernels/cuda_check.h"
#include "lesson.h"

// Runs on the device. Thousands of threads execute it at once, each for another element.
__global__ void vector_add_kernel(const float* a, const float* b, float* c, int n) {
  for (int i = 0; i < n; ++i) c[i] = a[i] + b[i];
}

namespace lesson {

void add_on_device(const float* a, const float* b, float* c, int n) {
  if (n == 0) return;                       // a grid of no blocks would be an error
  vector_add_kernel<<<1, 1>>>(a, b, c, n);  // here
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
