// Half-precision matrix product on tensor cores: from global memory, then through padded shared memory.
#include <cuda_fp16.h>
#include <mma.h>

#include "program.h"

using namespace nvcuda;

constexpr int kTile = 16;

__global__ void from_global(const half* a, const half* b, float* c, int M, int N, int K, float alpha,
                            float beta) {
  const int warpM = (blockIdx.x * blockDim.x + threadIdx.x) / warpSize,
            warpN = blockIdx.y * blockDim.y + threadIdx.y;
  wmma::fragment<wmma::matrix_a, kTile, kTile, kTile, half, wmma::row_major> a_frag;
  wmma::fragment<wmma::matrix_b, kTile, kTile, kTile, half, wmma::col_major> b_frag;
  wmma::fragment<wmma::accumulator, kTile, kTile, kTile, float> acc_frag, c_frag;
  wmma::fill_fragment(acc_frag, 0.0f);
  const int row = warpM * kTile, col = warpN * kTile;
  if (row >= M || col >= N) return;
  for (int k = 0; k < K; k += kTile) {
    wmma::load_matrix_sync(a_frag, a + row * K + k, K);
    wmma::load_matrix_sync(b_frag, b + col * K + k, K);
    wmma::mma_sync(acc_frag, a_frag, b_frag, acc_frag);
  }
  wmma::load_matrix_sync(c_frag, c + row * N + col, N, wmma::mem_row_major);
  for (int i = 0; i < c_frag.num_elements; i++) c_frag.x[i] = alpha * acc_frag.x[i] + beta * c_frag.x[i];
  wmma::store_matrix_sync(c + row * N + col, c_frag, N, wmma::mem_row_major);
}

// Four warps, 32 x 32 results; accumulates in half.
__global__ void from_shared(const __half* a, const __half* b, __half* c, int N, int K) {
  constexpr int kPitch = 32 + 8;
  __shared__ __align__(32) half As[32][kPitch], Bs[32][kPitch];
  const int warp = threadIdx.x / 32, warp_row = warp / 2 * 16, warp_col = warp % 2 * 16;
  wmma::fragment<wmma::accumulator, 16, 16, 16, half> acc;
  wmma::fill_fragment(acc, __float2half(0.0f));
  for (int k0 = 0; k0 < K; k0 += 32) {
    for (int i = threadIdx.x; i < 32 * 32 / 8; i += blockDim.x) {
      const int row = i / 4, part = i % 4 * 8;
      *(float4*)&As[row][part] = *(const float4*)&a[(blockIdx.y * 32 + row) * K + k0 + part];
      *(float4*)&Bs[row][part] = *(const float4*)&b[(k0 + row) * N + blockIdx.x * 32 + part];
    }
    __syncthreads();
    for (int k = 0; k < 32; k += 16) {
      wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> fa;
      wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::row_major> fb;
      wmma::load_matrix_sync(fa, &As[warp_row][k], kPitch);
      wmma::load_matrix_sync(fb, &Bs[k][warp_col], kPitch);
      wmma::mma_sync(acc, fa, fb, acc);
    }
    __syncthreads();
  }
  wmma::store_matrix_sync(c + (blockIdx.y * 32 + warp_row) * N + blockIdx.x * 32 + warp_col, acc, N,
                          wmma::mem_row_major);
}

static std::vector<half> to_half(const std::vector<float>& values) {
  std::vector<half> result;
  for (float value : values) result.push_back(__float2half(value));
  return result;
}

int main() {
  bool ok = true;
  {
    const int M = 48, N = 80, K = 64;
    const auto a = to_half(random_floats(M * K)), b = to_half(random_floats(N * K));
    const auto c = random_floats(M * N);
    std::vector<double> expected(M * N);
    for (int m = 0; m < M; ++m)
      for (int n = 0; n < N; ++n) {
        double sum = 0;
        for (int k = 0; k < K; ++k) sum += double(__half2float(a[m * K + k])) * __half2float(b[n * K + k]);
        expected[m * N + n] = 2.0 * sum - 0.5 * c[m * N + n];
      }
    DeviceArray<half> da(a), db(b);
    DeviceArray<float> dc(c);
    dim3 blockDim(64, 2), gridDim((M + 31) / 32, (N + 31) / 32);
    from_global<<<gridDim, blockDim>>>(da, db, dc, M, N, K, 2.0f, -0.5f);
    CHECK_LAUNCH();
    ok &= all_close("global, float accumulator", dc.download(), expected, 1e-4);
  }
  {
    const int M = 64, N = 96, K = 64;
    const auto a = to_half(random_floats(M * K)), b = to_half(random_floats(K * N));
    std::vector<double> expected(M * N, 0.0);
    for (int m = 0; m < M; ++m)
      for (int k = 0; k < K; ++k)
        for (int n = 0; n < N; ++n)
          expected[m * N + n] += double(__half2float(a[m * K + k])) * __half2float(b[k * N + n]);
    DeviceArray<half> da(a), db(b), dc(M * N);
    from_shared<<<dim3(N / 32, M / 32), 128>>>(da, db, dc, N, K);
    CHECK_LAUNCH();
    std::vector<float> got;
    for (half value : dc.download()) got.push_back(__half2float(value));
    // The accumulator has 11 bits: about K / 16 roundings of numbers up to ten.
    ok &= all_close("shared, half accumulator", got, expected, 3e-2);
  }
  return verdict(ok);
}
