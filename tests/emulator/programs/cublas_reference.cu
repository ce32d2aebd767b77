// A tiled matrix product against cuBLAS, as ladders of kernels measure themselves: row-major through
// column-major eyes.
#include <cublas_v2.h>
#include <cuda_fp16.h>

#include "program.h"

#define CUBLAS_CHECK(call)                                                                \
  do {                                                                                    \
    cublasStatus_t status_ = (call);                                                      \
    if (status_ != CUBLAS_STATUS_SUCCESS) {                                               \
      std::fprintf(stderr, "%s:%d: cuBLAS error %d\n", __FILE__, __LINE__, (int)status_); \
      std::exit(EXIT_FAILURE);                                                            \
    }                                                                                     \
  } while (0)

template <int TILE>
__global__ void matmul(const float* A, const float* B, float* C, int M, int N, int K) {
  __shared__ float a[TILE][TILE], b[TILE][TILE];
  const int row = blockIdx.y * TILE + threadIdx.y, col = blockIdx.x * TILE + threadIdx.x;
  float sum = 0.0f;
  for (int k0 = 0; k0 < K; k0 += TILE) {
    a[threadIdx.y][threadIdx.x] = row < M && k0 + threadIdx.x < K ? A[row * K + k0 + threadIdx.x] : 0.0f;
    b[threadIdx.y][threadIdx.x] = col < N && k0 + threadIdx.y < K ? B[(k0 + threadIdx.y) * N + col] : 0.0f;
    __syncthreads();
    for (int k = 0; k < TILE; ++k) sum += a[threadIdx.y][k] * b[k][threadIdx.x];
    __syncthreads();
  }
  if (row < M && col < N) C[row * N + col] = sum;
}

__global__ void to_half(const float* in, half* out, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = __float2half(in[i]);
}

int main() {
  const int M = 93, N = 71, K = 130;
  const auto a = random_floats(M * K), b = random_floats(K * N);
  DeviceArray<float> A(a), B(b), C(M * N), reference(M * N);
  cublasHandle_t handle;
  CUBLAS_CHECK(cublasCreate(&handle));
  const float alpha = 1.0f, beta = 0.0f;
  // C^T = B^T A^T: what is row-major here is the transpose there.
  CUBLAS_CHECK(
      cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, N, M, K, &alpha, B, N, A, K, &beta, reference, N));
  matmul<16><<<dim3(ceil_div(N, 16), ceil_div(M, 16)), dim3(16, 16)>>>(A, B, C, M, N, K);
  CHECK_LAUNCH();
  std::vector<double> expected(M * N, 0.0), transposed(M * M, 0.0);
  for (int m = 0; m < M; ++m)
    for (int k = 0; k < K; ++k) {
      for (int n = 0; n < N; ++n) expected[m * N + n] += double(a[m * K + k]) * b[k * N + n];
      for (int n = 0; n < M; ++n) transposed[m * M + n] += double(a[m * K + k]) * a[n * K + k];
    }
  bool ok = all_close("kernel", C.download(), expected, 1e-4);
  ok &= all_close("cublasSgemm", reference.download(), expected, 1e-4);

  DeviceArray<half> h(M * K);
  DeviceArray<float> square(M * M);
  to_half<<<ceil_div(M * K, 128), 128>>>(A, h, M * K);
  CUBLAS_CHECK(cublasGemmEx(handle, CUBLAS_OP_T, CUBLAS_OP_N, M, M, K, &alpha, h, CUDA_R_16F, K, h,
                            CUDA_R_16F, K, &beta, square, CUDA_R_32F, M, CUBLAS_COMPUTE_32F,
                            CUBLAS_GEMM_DFALT_TENSOR_OP));
  ok &= all_close("cublasGemmEx", square.download(), transposed, 2e-2);
  CUDA_CHECK(cudaMemset(square, 0xFF, M * M * sizeof(float)));
  CUBLAS_CHECK(cublasGemmEx(handle, CUBLAS_OP_T, CUBLAS_OP_N, M, M, K, &alpha, h, CUDA_R_16F, K, h,
                            CUDA_R_16F, K, &beta, square, CUDA_R_32F, M, CUDA_R_32F, CUBLAS_GEMM_DEFAULT));
  ok &= all_close("cublasGemmEx as before CUDA 11", square.download(), transposed, 2e-2);

  const float twice = 2.0f, half_of_it = 0.5f;
  CUBLAS_CHECK(cublasSgemmStridedBatched(handle, CUBLAS_OP_N, CUBLAS_OP_N, N, 31, K, &twice, B, N, 0, A, K,
                                         31 * K, &half_of_it, C, N, 31 * N, 3));
  for (double& value : expected) value *= 2.5;
  ok &= all_close("cublasSgemmStridedBatched", C.download(), expected, 1e-4);
  CUBLAS_CHECK(cublasDestroy(handle));
  return verdict(ok);
}
