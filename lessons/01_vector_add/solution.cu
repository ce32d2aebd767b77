// Lesson 01, vector_add: c = a + b, one element per thread.
// The task is in lessons/01_vector_add/README.md. Check your work with ./course check 01
#include <cstddef>

#include "kernels/cuda_check.h"
#include "lesson.h"

// Runs on the device. Thousands of threads execute it at once, each for another element.
__global__ void vector_add_kernel(const float* a, const float* b, float* c, int n) {
  // task: 1. Which element is this thread's? Work it out from blockIdx.x, blockDim.x and threadIdx.x.
  // task: 2. If there is such an element, add it.
  // solution begin
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  // The last block has more threads than elements are left: the rest of them must do nothing.
  if (i < n) c[i] = a[i] + b[i];
  // solution end
}

namespace lesson {

void add_on_device(const float* a, const float* b, float* c, int n) {
  if (n == 0) return;  // a grid of no blocks would be an error
  // task: 3. How many blocks of 256 threads does it take, so that there are at least n threads?
  // task: 4. Launch vector_add_kernel with them, then ask CUDA whether it took the launch:
  // task+    CUDA_CHECK(cudaGetLastError());
  // solution begin
  const int threads = 256;
  const int blocks = (n + threads - 1) / threads;  // rounded up: the last block may be partly idle
  vector_add_kernel<<<blocks, threads>>>(a, b, c, n);
  CUDA_CHECK(cudaGetLastError());
  // solution end
}

void add(const float* a, const float* b, float* c, int n) {
  if (n == 0) return;
  const std::size_t bytes = static_cast<std::size_t>(n) * sizeof(float);
  // CUDA_CHECK(...) around every call of CUDA throws when the call fails.
  float* device_a = nullptr;
  float* device_b = nullptr;
  float* device_c = nullptr;
  // task: 5. Allocate the three vectors on the device (cudaMalloc), copy a and b there (cudaMemcpy), call
  // task+    add_on_device, copy the result to c, and free the three (cudaFree).
  // solution begin
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
  // solution end
}

}  // namespace lesson
