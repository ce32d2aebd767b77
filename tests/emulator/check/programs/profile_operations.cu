// Floating-point operations of a launch.
// variant 1: an addition for each element
// variant 2: a product and a sum for each element
// variant 3: lanes that do not take the branch
// variant 4: a reduction in shared memory
// variant 5: atomics, as often as they are called
// variant 6: fused multiply-adds by name, divisions, roots, functions; conversions and comparisons are none
// variant 7: halves
// variant 8: products of a tensor core
#include <cuda_fp16.h>
#include <mma.h>

#include "check_program.h"

constexpr int kThreads = 128, kBlocks = 4, kCount = 500;

__global__ void add(const float* a, float* b, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) b[i] = a[i] + b[i];
}

__global__ void saxpy(float factor, const float* a, float* b, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) b[i] = factor * a[i] + b[i];
}

__global__ void some(const float* a, float* b, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  if (i % 5 == 0) {
    b[i] = a[i] * b[i];
  } else if (i % 5 == 1) {
    b[i] = (a[i] + b[i]) * a[i];
  }
}

__global__ void reduce(const float* a, float* b, int n) {
  __shared__ float values[kThreads];
  const int t = threadIdx.x;
  values[t] = a[blockIdx.x * kThreads + t];
  __syncthreads();
  for (int step = kThreads / 2; step > 0; step /= 2) {
    if (t < step) values[t] += values[t + step];
    __syncthreads();
  }
  if (t == 0) b[blockIdx.x] = values[0];
}

__global__ void atomics(const float* a, float* b, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) atomicAdd(&b[i % 3], a[i]);
}

__global__ void functions(const float* a, float* b, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const float x = a[i], y = b[i];
  b[i] = fmaxf(__fmaf_rn(x, y, 1.0f), __fdiv_rn(x, y)) + sqrtf(x) + expf(-x) + static_cast<float>(i);
}

__global__ void halves(const float* a, float* b, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const __half x = __float2half(a[i]), y = __float2half(b[i]);
  b[i] = __half2float(__hadd(__hfma(x, y, x), __hmul(x, y)));
}

__global__ void tensor_core(const float* a, float* b, int n) {
  using namespace nvcuda::wmma;
  fragment<matrix_a, 16, 16, 16, __half, row_major> left;
  fragment<matrix_b, 16, 16, 16, __half, row_major> right;
  fragment<accumulator, 16, 16, 16, float> sum;
  fill_fragment(left, __half(1.0f));
  fill_fragment(right, __half(2.0f));
  fill_fragment(sum, 0.0f);
  for (int i = 0; i < 3; ++i) mma_sync(sum, left, right, sum);
  if (threadIdx.x / 32 == 0) store_matrix_sync(b, sum, 16, mem_row_major);
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto a = Values<float, kThreads * kBlocks>::counting();
  auto b = a;
  float *da = a.to_device(), *db = b.to_device();
  // launch 1: flops=500
  if (variant == 1) add<<<kBlocks, kThreads>>>(da, db, kCount);
  // launch 2: flops=1000 intensity=0.165344
  if (variant == 2) saxpy<<<kBlocks, kThreads>>>(2.5f, da, db, kCount);
  // launch 3: flops=300
  if (variant == 3) some<<<kBlocks, kThreads>>>(da, db, kCount);
  // launch 4: flops=508
  if (variant == 4) reduce<<<kBlocks, kThreads>>>(da, db, kCount);
  // launch 5: flops=500
  if (variant == 5) atomics<<<kBlocks, kThreads>>>(da, db, kCount);
  // launch 6: flops=4000
  if (variant == 6) functions<<<kBlocks, kThreads>>>(da, db, kCount);
  // launch 7: flops=2000
  if (variant == 7) halves<<<kBlocks, kThreads>>>(da, db, kCount);
  // launch 8: flops=49152
  if (variant == 8) tensor_core<<<1, kThreads / 2>>>(da, db, kCount);
  CUDA_CHECK(cudaGetLastError());
  b.from_device(db);
  CUDA_CHECK(cudaFree(da));
  CUDA_CHECK(cudaFree(db));
  return verdict(true);
}
