// Causal attention of several heads: three plain kernels, then one that streams over keys with online
// softmax.
#include "program.h"

__global__ void scores(float* att, const float* q, const float* k, int T, int HS) {
  int idx = blockIdx.x * blockDim.x + threadIdx.x, h = blockIdx.y;
  if (idx >= T * T) return;
  int t = idx / T, t2 = idx % T;
  if (t2 > t) {
    att[h * T * T + idx] = -INFINITY;
    return;
  }
  float val = 0.0f;
  for (int i = 0; i < HS; i++) val += q[(h * T + t) * HS + i] * k[(h * T + t2) * HS + i];
  att[h * T * T + idx] = val * rsqrtf((float)HS);
}

__global__ void softmax_rows(float* att, int T) {
  float* row = att + ((size_t)blockIdx.y * T + blockIdx.x * blockDim.x + threadIdx.x) * T;
  if (blockIdx.x * blockDim.x + threadIdx.x >= T) return;
  float maxval = -INFINITY, expsum = 0.0f;
  for (int i = 0; i < T; i++) maxval = fmaxf(maxval, row[i]);
  for (int i = 0; i < T; i++) expsum += row[i] = expf(row[i] - maxval);
  for (int i = 0; i < T; i++) row[i] /= expsum;
}

__global__ void weighted_values(float* out, const float* att, const float* v, int T, int HS) {
  int i = threadIdx.x, t = blockIdx.x, h = blockIdx.y;
  float acc = 0.0f;
  for (int t2 = 0; t2 <= t; t2++) acc += att[(h * T + t) * T + t2] * v[(h * T + t2) * HS + i];
  out[(h * T + t) * HS + i] = acc;
}

// A block owns kRows queries; keys and values pass through shared memory in tiles of kRows.
template <int kRows, int kSize>
__global__ void flash(float* out, const float* q, const float* k, const float* v, int T) {
  __shared__ float Qs[kRows][kSize], Ks[kRows][kSize + 1], Vs[kRows][kSize], S[kRows][kRows];
  const int h = blockIdx.y, first = blockIdx.x * kRows, row = threadIdx.x, t = first + row;
  const size_t head = (size_t)h * T * kSize;
  float acc[kSize] = {}, largest = -INFINITY, sum = 0.0f;
  for (int i = 0; i < kSize; ++i) Qs[row][i] = t < T ? q[head + t * kSize + i] : 0.0f;
  for (int start = 0; start <= first; start += kRows) {
    __syncthreads();
    for (int i = 0; i < kSize; ++i) {
      Ks[row][i] = start + row < T ? k[head + (start + row) * kSize + i] : 0.0f;
      Vs[row][i] = start + row < T ? v[head + (start + row) * kSize + i] : 0.0f;
    }
    __syncthreads();
    float new_largest = largest;
    for (int j = 0; j < kRows; ++j) {
      float dot = 0.0f;
      for (int i = 0; i < kSize; ++i) dot += Qs[row][i] * Ks[j][i];
      S[row][j] = start + j <= t ? dot * rsqrtf(kSize) : -INFINITY;
      new_largest = fmaxf(new_largest, S[row][j]);
    }
    const float correction = expf(largest - new_largest);
    sum *= correction;
    for (int i = 0; i < kSize; ++i) acc[i] *= correction;
    for (int j = 0; j < kRows; ++j) {
      const float p = expf(S[row][j] - new_largest);
      sum += p;
      for (int i = 0; i < kSize; ++i) acc[i] += p * Vs[j][i];
    }
    largest = new_largest;
  }
  if (t < T)
    for (int i = 0; i < kSize; ++i) out[head + t * kSize + i] = acc[i] / sum;
}

int main() {
  constexpr int H = 3, T = 77, HS = 24, kRows = 16;
  const auto q = random_floats(H * T * HS, -2, 2), k = random_floats(H * T * HS, -2, 2),
             v = random_floats(H * T * HS);
  std::vector<double> expected(H * T * HS);
  for (int h = 0; h < H; ++h)
    for (int t = 0; t < T; ++t) {
      std::vector<double> p(t + 1);
      double sum = 0;
      for (int j = 0; j <= t; ++j) {
        double dot = 0;
        for (int i = 0; i < HS; ++i) dot += double(q[(h * T + t) * HS + i]) * k[(h * T + j) * HS + i];
        sum += p[j] = std::exp(dot / std::sqrt(HS));
      }
      for (int i = 0; i < HS; ++i) {
        double value = 0;
        for (int j = 0; j <= t; ++j) value += p[j] / sum * v[(h * T + j) * HS + i];
        expected[(h * T + t) * HS + i] = value;
      }
    }
  DeviceArray<float> dq(q), dk(k), dv(v), att(H * T * T), out(H * T * HS);
  scores<<<dim3(ceil_div(T * T, 256), H), 256>>>(att, dq, dk, T, HS);
  softmax_rows<<<dim3(ceil_div(T, 32), H), 32>>>(att, T);
  weighted_values<<<dim3(T, H), HS>>>(out, att, dv, T, HS);
  CHECK_LAUNCH();
  bool ok = all_close("plain", out.download(), expected, 1e-5);
  out.poison();
  flash<kRows, HS><<<dim3(ceil_div(T, kRows), H), kRows>>>(out, dq, dk, dv, T);
  CHECK_LAUNCH();
  ok &= all_close("flash", out.download(), expected, 1e-5);
  return verdict(ok);
}
