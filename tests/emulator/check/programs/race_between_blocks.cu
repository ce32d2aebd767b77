// Blocks meet in global memory.
// variant 1: correct, a grid-stride loop gives each element to one thread
// variant 2: a grid-stride loop with half the stride visits elements twice
// variant 3: correct, a stencil from one array to another
// variant 4: a stencil in place, whose neighbours may belong to another block
// variant 5: correct, two launches: the second reads what other blocks wrote in the first
// variant 6: both steps in one launch
// variant 7: every block writes its own number to the same place
#include "check_program.h"

constexpr int kThreads = 32, kBlocks = 5, kCount = 301;

__global__ void add_one(int* x, int stride) {
  // expect 2: race
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < kCount; i += stride) x[i] += 1;
}

__global__ void sum_of_two(const int* in, int* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const int right = i + 1 < kCount ? in[i + 1] : 0;  // expect 4: race
  __syncthreads();
  if (i < kCount) out[i] = in[i] + right;  // expect 4: race
}

__global__ void fill(int* x) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < kCount) x[i] = i;
}

__global__ void reverse(const int* x, int* y) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < kCount) y[i] = x[kCount - 1 - i];
}

__global__ void fill_and_reverse(int* x, int* y) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < kCount) x[i] = i;  // expect 6: race
  __syncthreads();
  if (i < kCount) y[i] = x[kCount - 1 - i];  // expect 6: race
}

__global__ void last_block(int* x) {
  if (threadIdx.x == 0) x[0] = blockIdx.x;  // expect 7: race
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv), blocks = (kCount + kThreads - 1) / kThreads;
  auto values = Values<int, kCount>::counting();
  int *x = values.to_device(), *y = values.to_device();
  if (variant == 1) add_one<<<kBlocks, kThreads>>>(x, kBlocks * kThreads);
  if (variant == 2) add_one<<<kBlocks, kThreads>>>(x, kBlocks * kThreads / 2);
  if (variant == 3) sum_of_two<<<blocks, kThreads>>>(x, y);
  if (variant == 4) sum_of_two<<<blocks, kThreads>>>(x, x);
  if (variant == 5) {
    fill<<<blocks, kThreads>>>(x);
    reverse<<<blocks, kThreads>>>(x, y);
  }
  if (variant == 6) fill_and_reverse<<<blocks, kThreads>>>(x, y);
  if (variant == 7) last_block<<<kBlocks, kThreads>>>(x);
  CUDA_CHECK(cudaGetLastError());
  values.from_device(variant == 1 ? x : y);
  CUDA_CHECK(cudaFree(x));
  CUDA_CHECK(cudaFree(y));
  bool ok = true;
  for (int i = 0; i < kCount; ++i) {
    if (variant == 1) ok &= values.data[i] == i + 2;
    if (variant == 3) ok &= values.data[i] == (i + 1 < kCount ? 2 * i + 3 : i + 1);
    if (variant == 5) ok &= values.data[i] == kCount - 1 - i;
  }
  return verdict(ok);
}
