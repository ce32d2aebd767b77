// Row-wise softmax: three passes in one block, one warp per row, and the online form that reads each row
// once.
#include <cfloat>

#include "program.h"

__global__ void softmax_block(float* out, const float* inp, int N, int C) {
  extern __shared__ float shared[];
  int idx = blockIdx.x, tid = threadIdx.x, block_size = blockDim.x;
  const float* x = inp + idx * C;
  float maxval = -INFINITY;
  for (int i = tid; i < C; i += block_size) maxval = fmaxf(maxval, x[i]);
  shared[tid] = maxval;
  for (int stride = block_size / 2; stride >= 1; stride /= 2) {
    __syncthreads();
    if (tid < stride) shared[tid] = fmaxf(shared[tid], shared[tid + stride]);
  }
  __syncthreads();
  float offset = shared[0];
  for (int i = tid; i < C; i += block_size) out[idx * C + i] = expf(x[i] - offset);
  __syncthreads();
  float sumval = 0.0f;
  for (int i = tid; i < C; i += block_size) sumval += out[idx * C + i];
  __syncthreads();
  shared[tid] = sumval;
  for (int stride = block_size / 2; stride >= 1; stride /= 2) {
    __syncthreads();
    if (tid < stride) shared[tid] += shared[tid + stride];
  }
  __syncthreads();
  float sum = shared[0];
  for (int i = tid; i < C; i += block_size) out[idx * C + i] = out[idx * C + i] / sum;
}

__device__ __forceinline__ float warp_max(float v) {
  for (int mask = 16; mask > 0; mask >>= 1) v = fmaxf(v, __shfl_xor_sync(~0u, v, mask));
  return v;
}
__device__ __forceinline__ float warp_sum(float v) {
  for (int mask = 16; mask > 0; mask >>= 1) v += __shfl_xor_sync(~0u, v, mask);
  return v;
}

template <bool kFast>
__global__ void softmax_warp(float* __restrict__ out, const float* __restrict__ inp, int rows, int cols) {
  const int row = (blockIdx.x * blockDim.x + threadIdx.x) / warpSize, lane = threadIdx.x % warpSize;
  if (row >= rows) return;
  const float* x = inp + row * cols;
  float largest = -FLT_MAX, sum = 0.0f;
  for (int i = lane; i < cols; i += warpSize) largest = fmaxf(largest, __ldg(&x[i]));
  largest = warp_max(largest);
  for (int i = lane; i < cols; i += warpSize) sum += kFast ? __expf(x[i] - largest) : expf(x[i] - largest);
  const float scale = __fdividef(1.0f, warp_sum(sum));
  for (int i = lane; i < cols; i += warpSize)
    out[row * cols + i] = (kFast ? __expf(x[i] - largest) : expf(x[i] - largest)) * scale;
}

struct __align__(8) MaxAndSum {
  float largest, sum;
};

__device__ MaxAndSum combine(MaxAndSum a, MaxAndSum b) {
  const MaxAndSum larger = a.largest > b.largest ? a : b, smaller = a.largest > b.largest ? b : a;
  if (smaller.sum == 0.0f) return larger;
  return {larger.largest, larger.sum + smaller.sum * expf(smaller.largest - larger.largest)};
}

__global__ void softmax_online(float* out, const float* inp, int cols) {
  __shared__ MaxAndSum partial[8];
  const float* x = inp + blockIdx.x * cols;
  MaxAndSum mine = {-INFINITY, 0.0f};
  for (int i = threadIdx.x; i < cols; i += blockDim.x)
    if (x[i] != -INFINITY) mine = combine(mine, {x[i], 1.0f});
  for (int offset = 16; offset > 0; offset /= 2) {
    MaxAndSum other;
    other.largest = __shfl_down_sync(0xffffffff, mine.largest, offset);
    other.sum = __shfl_down_sync(0xffffffff, mine.sum, offset);
    mine = combine(mine, other);
  }
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = mine;
  __syncthreads();
  MaxAndSum all = partial[0];
  for (int warp = 1; warp < blockDim.x / 32; ++warp) all = combine(all, partial[warp]);
  for (int i = threadIdx.x; i < cols; i += blockDim.x)
    out[blockIdx.x * cols + i] = expf(x[i] - all.largest) / all.sum;
}

int main() {
  const int rows = 37, cols = 331;
  std::vector<float> values = random_floats(rows * cols, -20.0f, 20.0f);
  for (int i = 5; i < cols; ++i) values[3 * cols + i] = -INFINITY;  // a causal mask leaves rows like this
  std::vector<double> expected(values.size());
  for (int row = 0; row < rows; ++row) {
    double largest = -INFINITY, sum = 0;
    for (int i = 0; i < cols; ++i) largest = std::fmax(largest, values[row * cols + i]);
    for (int i = 0; i < cols; ++i) sum += std::exp(values[row * cols + i] - largest);
    for (int i = 0; i < cols; ++i)
      expected[row * cols + i] = std::exp(values[row * cols + i] - largest) / sum;
  }
  DeviceArray<float> in(values), out(values.size());
  bool ok = true;
  const auto check = [&](const char* name, double bound) {
    CHECK_LAUNCH();
    ok &= all_close(name, out.download(), expected, bound);
    out.poison();
  };
  softmax_block<<<rows, 128, 128 * sizeof(float)>>>(out, in, rows, cols);
  check("block", 1e-6);
  softmax_warp<false><<<ceil_div(rows, 4), 128>>>(out, in, rows, cols);
  check("warp", 1e-6);
  softmax_warp<true><<<ceil_div(rows, 4), 128>>>(out, in, rows, cols);
  check("warp, fast exponential", 1e-5);
  softmax_online<<<rows, 256>>>(out, in, cols);
  check("online", 1e-6);
  return verdict(ok);
}
