#include <stdexcept>

#include "kernels/cuda_check.h"
#include "kernels/vector_add.h"

namespace kernels::cuda {
namespace {

__global__ void vector_add_kernel(const float* a, const float* b, float* c, std::size_t n) {
  // size_t before the product: a vector of 2^32 elements or more would overflow 32 bits.
  const std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < n) c[i] = a[i] + b[i];
}

}  // namespace

void vector_add(DeviceSpan<const float> a, DeviceSpan<const float> b, DeviceSpan<float> c,
                StreamHandle stream) {
  if (a.size != c.size || b.size != c.size)
    throw std::invalid_argument("vector_add: the vectors differ in size");
  if (c.size == 0) return;  // a grid of no blocks is an error
  constexpr unsigned kThreads = 256;
  const auto blocks = static_cast<unsigned>((c.size + kThreads - 1) / kThreads);
  vector_add_kernel<<<blocks, kThreads, 0, stream>>>(a.data, b.data, c.data, c.size);
  CUDA_CHECK(cudaGetLastError());
}

}  // namespace kernels::cuda
