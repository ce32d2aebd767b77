// Shared memory holds nothing until the block writes it.
// variant 1: correct
// variant 2: an array is read that nobody fills
// variant 3: sums start without having been set to zero
// variant 4: the border of a tile is not filled
// variant 5: what the block before has left is taken for this block's
#include "check_program.h"

constexpr int kThreads = 64, kBlocks = 3, kCount = kThreads * kBlocks;

__global__ void smooth(const int* in, int* out, int variant) {
  __shared__ int tile[kThreads + 2];
  __shared__ int total;
  const int t = threadIdx.x, i = blockIdx.x * kThreads + t;
  if (variant != 2) tile[t + 1] = in[i];
  const bool has_border = variant != 2 && variant != 4;
  if (has_border && t == 0) tile[0] = i > 0 ? in[i - 1] : 0;
  if (has_border && t == kThreads - 1) tile[t + 2] = i + 1 < kCount ? in[i + 1] : 0;
  if (variant != 3 && t == 0 && (variant != 5 || blockIdx.x == 0)) total = 0;
  __syncthreads();
  const int left = tile[t], right = tile[t + 2];  // expect 2,4: uninitialized array=tile
  atomicAdd(&total, left + right);                // expect 3,5: uninitialized array=total
  __syncthreads();
  if (t == 0) out[blockIdx.x] = total;
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<int, kCount>::counting();
  int *in = values.to_device(), *out = values.to_device();
  smooth<<<kBlocks, kThreads>>>(in, out, variant);
  CUDA_CHECK(cudaGetLastError());
  auto sums = values;
  sums.from_device(out);
  CUDA_CHECK(cudaFree(in));
  CUDA_CHECK(cudaFree(out));
  bool ok = true;
  for (int block = 0; block < kBlocks; ++block) {
    int sum = 0;
    for (int i = block * kThreads; i < (block + 1) * kThreads; ++i)
      sum += (i > 0 ? values.data[i - 1] : 0) + (i + 1 < kCount ? values.data[i + 1] : 0);
    ok &= sums.data[block] == sum;
  }
  return verdict(ok || variant != 1);
}
