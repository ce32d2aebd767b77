// C = A B, from one thread per element to register tiles with vector loads and two buffers. The first three
// take any shape; the others tile without bounds checks and take multiples of their tile.
#include <functional>

#include "program.h"

#define CEIL_DIV(m, n) (((m) + (n)-1) / (n))

__global__ void naive(int M, int N, int K, const float* A, const float* B, float* C) {
  const uint row = blockIdx.x * blockDim.x + threadIdx.x;
  const uint col = blockIdx.y * blockDim.y + threadIdx.y;
  if (row < M && col < N) {
    float sum = 0.0f;
    for (int k = 0; k < K; ++k) sum += A[row * K + k] * B[k * N + col];
    C[row * N + col] = sum;
  }
}

template <const uint BLOCKSIZE>
__global__ void coalesced(int M, int N, int K, const float* A, const float* B, float* C) {
  const int row = blockIdx.x * BLOCKSIZE + (threadIdx.x / BLOCKSIZE);
  const int col = blockIdx.y * BLOCKSIZE + (threadIdx.x % BLOCKSIZE);
  if (row < M && col < N) {
    float sum = 0.0f;
    for (int k = 0; k < K; ++k) sum += A[row * K + k] * B[k * N + col];
    C[row * N + col] = sum;
  }
}

template <int TILE>
__global__ void tiled(int M, int N, int K, const float* A, const float* B, float* C) {
  __shared__ float As[TILE][TILE], Bs[TILE][TILE + 1];
  const int row = blockIdx.y * TILE + threadIdx.y, col = blockIdx.x * TILE + threadIdx.x;
  float sum = 0.0f;
  for (int k0 = 0; k0 < K; k0 += TILE) {
    As[threadIdx.y][threadIdx.x] = row < M && k0 + threadIdx.x < K ? A[row * K + k0 + threadIdx.x] : 0.0f;
    Bs[threadIdx.y][threadIdx.x] = col < N && k0 + threadIdx.y < K ? B[(k0 + threadIdx.y) * N + col] : 0.0f;
    __syncthreads();
#pragma unroll
    for (int k = 0; k < TILE; ++k) sum += As[threadIdx.y][k] * Bs[k][threadIdx.x];
    __syncthreads();
  }
  if (row < M && col < N) C[row * N + col] = sum;
}

// Each thread computes a column of TM results.
template <const int BM, const int BN, const int BK, const int TM>
__global__ void __launch_bounds__(BM* BN / TM)
    tiled_1d(int M, int N, int K, const float* A, const float* B, float* C) {
  __shared__ float As[BM * BK];
  __shared__ float Bs[BK * BN];
  const int threadCol = threadIdx.x % BN, threadRow = threadIdx.x / BN;
  A += blockIdx.y * BM * K;
  B += blockIdx.x * BN;
  C += blockIdx.y * BM * N + blockIdx.x * BN;
  const uint innerColA = threadIdx.x % BK, innerRowA = threadIdx.x / BK;
  const uint innerColB = threadIdx.x % BN, innerRowB = threadIdx.x / BN;
  float threadResults[TM] = {0.0};
  for (uint bkIdx = 0; bkIdx < K; bkIdx += BK) {
    As[innerRowA * BK + innerColA] = A[innerRowA * K + innerColA];
    Bs[innerRowB * BN + innerColB] = B[innerRowB * N + innerColB];
    __syncthreads();
    A += BK;
    B += BK * N;
    for (uint dotIdx = 0; dotIdx < BK; ++dotIdx) {
      float tmpB = Bs[dotIdx * BN + threadCol];
      for (uint resIdx = 0; resIdx < TM; ++resIdx)
        threadResults[resIdx] += As[(threadRow * TM + resIdx) * BK + dotIdx] * tmpB;
    }
    __syncthreads();
  }
  for (uint resIdx = 0; resIdx < TM; ++resIdx)
    C[(threadRow * TM + resIdx) * N + threadCol] = threadResults[resIdx];
}

// Each thread computes TM x TN results; loads are 16 bytes wide and A's tile is stored transposed.
template <int BM, int BN, int BK, int TM, int TN>
__global__ void vectorized(int M, int N, int K, float* A, float* B, float* C) {
  __shared__ float As[BK * BM];
  __shared__ __align__(16) float Bs[BK * BN];
  constexpr int threads = BM * BN / (TM * TN);
  const int threadCol = threadIdx.x % (BN / TN), threadRow = threadIdx.x / (BN / TN);
  A += blockIdx.y * BM * K;
  B += blockIdx.x * BN;
  C += blockIdx.y * BM * N + blockIdx.x * BN;
  float results[TM * TN] = {0.0f};
  float regM[TM], regN[TN];
  for (int bk = 0; bk < K; bk += BK) {
    for (int i = threadIdx.x * 4; i < BM * BK; i += threads * 4) {
      const float4 a = reinterpret_cast<float4*>(&A[i / BK * K + i % BK])[0];
      As[(i % BK + 0) * BM + i / BK] = a.x;
      As[(i % BK + 1) * BM + i / BK] = a.y;
      As[(i % BK + 2) * BM + i / BK] = a.z;
      As[(i % BK + 3) * BM + i / BK] = a.w;
    }
    for (int i = threadIdx.x * 4; i < BK * BN; i += threads * 4)
      *reinterpret_cast<float4*>(&Bs[i]) = *reinterpret_cast<float4*>(&B[i / BN * N + i % BN]);
    __syncthreads();
    A += BK;
    B += BK * N;
    for (int k = 0; k < BK; ++k) {
#pragma unroll
      for (int i = 0; i < TM; ++i) regM[i] = As[k * BM + threadRow * TM + i];
#pragma unroll
      for (int i = 0; i < TN; ++i) regN[i] = Bs[k * BN + threadCol * TN + i];
      for (int m = 0; m < TM; ++m)
        for (int n = 0; n < TN; ++n) results[m * TN + n] += regM[m] * regN[n];
    }
    __syncthreads();
  }
  for (int m = 0; m < TM; ++m)
    for (int n = 0; n < TN; n += 4)
      reinterpret_cast<float4*>(&C[(threadRow * TM + m) * N + threadCol * TN + n])[0] = make_float4(
          results[m * TN + n], results[m * TN + n + 1], results[m * TN + n + 2], results[m * TN + n + 3]);
}

// The next tile is loaded into the other buffer while this one is used: one barrier per step.
template <int TILE>
__global__ void double_buffered(int M, int N, int K, const float* A, const float* B, float* C) {
  extern __shared__ float smem[];
  auto tile = [&](int buffer, bool b) -> float* { return smem + (buffer * 2 + b) * TILE * TILE; };
  const int row = blockIdx.y * TILE + threadIdx.y, col = blockIdx.x * TILE + threadIdx.x;
  const int t = threadIdx.y * TILE + threadIdx.x;
  tile(0, false)[t] = A[row * K + threadIdx.x];
  tile(0, true)[t] = B[threadIdx.y * N + col];
  float sum = 0.0f;
  for (int k0 = 0, buffer = 0; k0 < K; k0 += TILE, buffer ^= 1) {
    __syncthreads();
    if (k0 + TILE < K) {
      tile(buffer ^ 1, false)[t] = A[row * K + k0 + TILE + threadIdx.x];
      tile(buffer ^ 1, true)[t] = B[(k0 + TILE + threadIdx.y) * N + col];
    }
    for (int k = 0; k < TILE; ++k)
      sum += tile(buffer, false)[threadIdx.y * TILE + k] * tile(buffer, true)[k * TILE + threadIdx.x];
  }
  C[row * N + col] = sum;
}

static bool run(const char* name, int M, int N, int K,
                const std::function<void(int, int, int, float*, float*, float*)>& launch) {
  const auto a = random_floats(size_t(M) * K), b = random_floats(size_t(K) * N);
  DeviceArray<float> A(a), B(b), C(size_t(M) * N);
  launch(M, N, K, A, B, C);
  CHECK_LAUNCH();
  std::vector<double> expected(size_t(M) * N, 0.0);
  for (int m = 0; m < M; ++m)
    for (int k = 0; k < K; ++k)
      for (int n = 0; n < N; ++n)
        expected[size_t(m) * N + n] += double(a[size_t(m) * K + k]) * b[size_t(k) * N + n];
  // Rounding of K products of numbers up to 1.
  return all_close(name, C.download(), expected, 1e-6 * K);
}

int main() {
  bool ok = run("naive", 65, 33, 47, [](int M, int N, int K, float* A, float* B, float* C) {
    dim3 gridDim(CEIL_DIV(M, 32), CEIL_DIV(N, 32), 1);
    dim3 blockDim(32, 32, 1);
    naive<<<gridDim, blockDim>>>(M, N, K, A, B, C);
  });
  ok &= run("coalesced", 65, 33, 47, [](int M, int N, int K, float* A, float* B, float* C) {
    coalesced<32><<<dim3(CEIL_DIV(M, 32), CEIL_DIV(N, 32)), 32 * 32>>>(M, N, K, A, B, C);
  });
  ok &= run("tiled", 70, 91, 53, [](int M, int N, int K, float* A, float* B, float* C) {
    tiled<16><<<dim3(CEIL_DIV(N, 16), CEIL_DIV(M, 16)), dim3(16, 16)>>>(M, N, K, A, B, C);
  });
  ok &= run("tiled_1d", 128, 64, 40, [](int M, int N, int K, float* A, float* B, float* C) {
    const uint BM = 64, BN = 64, BK = 8, TM = 8;
    tiled_1d<BM, BN, BK, TM><<<dim3(CEIL_DIV(N, BN), CEIL_DIV(M, BM)), (BM * BN) / TM>>>(M, N, K, A, B, C);
  });
  ok &= run("vectorized", 128, 192, 40, [](int M, int N, int K, float* A, float* B, float* C) {
    vectorized<64, 64, 8, 8, 4><<<dim3(CEIL_DIV(N, 64), CEIL_DIV(M, 64)), 64 * 64 / 32>>>(M, N, K, A, B, C);
  });
  ok &= run("double_buffered", 64, 48, 80, [](int M, int N, int K, float* A, float* B, float* C) {
    double_buffered<16>
        <<<dim3(N / 16, M / 16), dim3(16, 16), 4 * 16 * 16 * sizeof(float)>>>(M, N, K, A, B, C);
  });
  return verdict(ok);
}
