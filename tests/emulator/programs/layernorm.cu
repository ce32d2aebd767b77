// Layer normalization, forward and backward for the input: a warp per row with cooperative groups, and
// Welford's method.
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>

#include "program.h"

namespace cg = cooperative_groups;

__global__ void layernorm_forward(float* __restrict__ out, float* __restrict__ mean, float* __restrict__ rstd,
                                  const float* __restrict__ inp, const float* __restrict__ weight,
                                  const float* __restrict__ bias, int N, int C) {
  cg::thread_block block = cg::this_thread_block();
  cg::thread_block_tile<32> warp = cg::tiled_partition<32>(block);
  int idx = blockIdx.x * warp.meta_group_size() + warp.meta_group_rank();
  if (idx >= N) return;
  const float* x = inp + idx * C;
  float sum = 0.0f;
  for (int i = warp.thread_rank(); i < C; i += warp.size()) sum += x[i];
  sum = cg::reduce(warp, sum, cg::plus<float>{});
  float m = sum / C;
  if (warp.thread_rank() == 0 && mean != nullptr) __stcs(mean + idx, m);
  sum = 0.0f;
  for (int i = warp.thread_rank(); i < C; i += warp.size()) {
    float diff = x[i] - m;
    sum += diff * diff;
  }
  sum = cg::reduce(warp, sum, cg::plus<float>{});
  float s = rsqrtf(sum / C + 1e-5f);
  if (warp.thread_rank() == 0 && rstd != nullptr) __stcs(rstd + idx, s);
  float* o = out + idx * C;
  for (int c = warp.thread_rank(); c < C; c += warp.size()) {
    float n = s * (__ldcs(x + c) - m);
    __stcs(o + c, n * weight[c] + bias[c]);
  }
}

// One pass: Welford's update, merged across the warp.
__global__ void layernorm_welford(float* out, const float* inp, const float* weight, const float* bias, int N,
                                  int C) {
  const int row = blockIdx.x * blockDim.y + threadIdx.y;
  if (row >= N) return;
  const float* x = inp + row * C;
  float mean = 0.0f, m2 = 0.0f, count = 0.0f;
  for (int i = threadIdx.x; i < C; i += 32) {
    count += 1.0f;
    const float delta = x[i] - mean;
    mean += delta / count;
    m2 += delta * (x[i] - mean);
  }
  for (int mask = 16; mask > 0; mask >>= 1) {
    const float other_mean = __shfl_xor_sync(0xffffffff, mean, mask);
    const float other_m2 = __shfl_xor_sync(0xffffffff, m2, mask);
    const float other_count = __shfl_xor_sync(0xffffffff, count, mask);
    const float total = count + other_count, delta = other_mean - mean;
    if (total > 0.0f) {
      mean =
          (mean * count + other_mean * other_count) / total;  // the same on both sides, so lanes stay equal
      m2 += other_m2 + delta * delta * count * other_count / total;
      count = total;
    }
  }
  const float scale = rsqrtf(m2 / C + 1e-5f);
  for (int i = threadIdx.x; i < C; i += 32) out[row * C + i] = (x[i] - mean) * scale * weight[i] + bias[i];
}

__global__ void layernorm_backward(float* dinp, const float* dout, const float* inp, const float* weight,
                                   const float* mean, const float* rstd, int N, int C) {
  const int row = (blockIdx.x * blockDim.x + threadIdx.x) / 32, lane = threadIdx.x % 32;
  if (row >= N) return;
  float sum = 0.0f, weighted = 0.0f;
  for (int i = lane; i < C; i += 32) {
    const float norm = (inp[row * C + i] - mean[row]) * rstd[row], d = weight[i] * dout[row * C + i];
    sum += d;
    weighted += d * norm;
  }
  for (int offset = 16; offset; offset /= 2) {
    sum += __shfl_xor_sync(0xffffffffu, sum, offset);
    weighted += __shfl_xor_sync(0xffffffffu, weighted, offset);
  }
  for (int i = lane; i < C; i += 32) {
    const float norm = (inp[row * C + i] - mean[row]) * rstd[row];
    dinp[row * C + i] = (weight[i] * dout[row * C + i] - sum / C - norm * weighted / C) * rstd[row];
  }
}

int main() {
  const int N = 29, C = 201;
  const auto x = random_floats(N * C, -2, 5), w = random_floats(C), b = random_floats(C),
             dy = random_floats(N * C);
  std::vector<double> expected(N * C), expected_dx(N * C), expected_mean(N);
  for (int n = 0; n < N; ++n) {
    double mean = 0, variance = 0, sum = 0, weighted = 0;
    for (int c = 0; c < C; ++c) mean += x[n * C + c] / double(C);
    for (int c = 0; c < C; ++c) variance += (x[n * C + c] - mean) * (x[n * C + c] - mean) / C;
    const double rstd = 1 / std::sqrt(variance + 1e-5);
    for (int c = 0; c < C; ++c) {
      const double norm = (x[n * C + c] - mean) * rstd, d = double(w[c]) * dy[n * C + c];
      expected[n * C + c] = norm * w[c] + b[c];
      sum += d;
      weighted += d * norm;
    }
    for (int c = 0; c < C; ++c) {
      const double norm = (x[n * C + c] - mean) * rstd;
      expected_dx[n * C + c] = (double(w[c]) * dy[n * C + c] - sum / C - norm * weighted / C) * rstd;
    }
    expected_mean[n] = mean;
  }
  DeviceArray<float> dx(x), dw(w), db(b), ddy(dy), out(N * C), mean(N), rstd(N), dinp(N * C);
  bool ok = true;
  const int block_size = 128;
  layernorm_forward<<<ceil_div(N * 32, block_size), block_size>>>(out, mean, rstd, dx, dw, db, N, C);
  CHECK_LAUNCH();
  ok &= all_close("forward", out.download(), expected, 1e-5);
  ok &= all_close("mean", mean.download(), expected_mean, 1e-5);
  layernorm_backward<<<ceil_div(N, 2), 64>>>(dinp, ddy, dx, dw, mean, rstd, N, C);
  CHECK_LAUNCH();
  ok &= all_close("backward", dinp.download(), expected_dx, 1e-5);
  out.poison();
  layernorm_welford<<<ceil_div(N, 3), dim3(32, 3)>>>(out, dx, dw, db, N, C);
  CHECK_LAUNCH();
  ok &= all_close("Welford", out.download(), expected, 1e-5);
  return verdict(ok);
}
