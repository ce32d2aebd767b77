// Lesson 01, vector_add: c = a + b, one element per thread.
// The task is in lessons/01_vector_add/README.md. Check your work with ./course check 01
#include <cstddef>

#include "kernels/cuda_check.h"
#include "lesson.h"

// Runs on the device. Thousands of threads execute it at once, each for another element.
__global__ void vector_add_kernel(const float* a, const float* b, float* c, int n) {
  // TODO 1. Which element is this thread's? Work it out from blockIdx.x, blockDim.x and threadIdx.x.
  // TODO 2. If there is such an element, add it.
}

namespace lesson {

void add_on_device(const float* a, const float* b, float* c, int n) {
  if (n == 0) return;  // a grid of no blocks would be an error
  // TODO 3. How many blocks of 256 threads does it take, so that there are at least n threads?
  // TODO 4. Launch vector_add_kernel with them, then ask CUDA whether it took the launch:
  //         CUDA_CHECK(cudaGetLastError());
}

void add(const float* a, const float* b, float* c, int n) {
  if (n == 0) return;
  const std::size_t bytes = static_cast<std::size_t>(n) * sizeof(float);
  // CUDA_CHECK(...) around every call of CUDA throws when the call fails.
  float* device_a = nullptr;
  float* device_b = nullptr;
  float* device_c = nullptr;
  // TODO 5. Allocate the three vectors on the device (cudaMalloc), copy a and b there (cudaMemcpy), call
  //         add_on_device, copy the result to c, and free the three (cudaFree).
}

}  // namespace lesson
