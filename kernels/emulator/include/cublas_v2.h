/// @file
/// The part of cuBLAS that CUDA programs compare their kernels with, computed by plain loops on the CPU:
/// handles, matrix products, matrix times vector, and a few operations on vectors. Column-major, as there.
/// Its time says nothing.
#pragma once

#include <cmath>

#include <emulator/blas_types.h>
#include <emulator/matrix_product.h>

inline cublasStatus_t cublasCreate(cublasHandle_t* handle) {
  *handle = new cublasContext;
  return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasDestroy(cublasHandle_t handle) {
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream) {
  handle->stream = stream;
  return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasGetStream(cublasHandle_t handle, cudaStream_t* stream) {
  *stream = handle->stream;
  return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasSetPointerMode(cublasHandle_t handle, cublasPointerMode_t mode) {
  handle->pointer_mode = mode;
  return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasSetMathMode(cublasHandle_t, cublasMath_t) { return CUBLAS_STATUS_SUCCESS; }
inline cublasStatus_t cublasSetWorkspace(cublasHandle_t, void*, std::size_t) { return CUBLAS_STATUS_SUCCESS; }
inline cublasStatus_t cublasGetVersion(cublasHandle_t, int* version) {
  *version = 120800;
  return CUBLAS_STATUS_SUCCESS;
}
#define cublasCreate_v2 cublasCreate
#define cublasDestroy_v2 cublasDestroy
#define cublasSetStream_v2 cublasSetStream

namespace emulator::blas {

/// The type of computation that older programs name by a type of data. False if there is none.
inline bool compute_type_of(cudaDataType_t data, cublasComputeType_t* type) {
  switch (data) {
    case CUDA_R_16F:
      *type = CUBLAS_COMPUTE_16F;
      return true;
    case CUDA_R_32F:
      *type = CUBLAS_COMPUTE_32F;
      return true;
    case CUDA_R_64F:
      *type = CUBLAS_COMPUTE_64F;
      return true;
    case CUDA_R_32I:
      *type = CUBLAS_COMPUTE_32I;
      return true;
    default:
      return false;
  }
}

/// Waits for what the operands come from. False if that has failed.
inline bool ready(cublasHandle_t handle) { return cudaStreamSynchronize(handle->stream) == cudaSuccess; }

template <class T>
cublasStatus_t gemm(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b, int m, int n,
                    int k, const T* alpha, const T* a, int lda, const T* b, int ldb, const T* beta, T* c,
                    int ldc) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  const bool a_fits = lda >= (op_a == CUBLAS_OP_N ? m : k) && ldb >= (op_b == CUBLAS_OP_N ? k : n);
  if (m < 0 || n < 0 || k < 0 || !a_fits || ldc < m) return CUBLAS_STATUS_INVALID_VALUE;
  if (!ready(handle)) return CUBLAS_STATUS_EXECUTION_FAILED;
  multiply<T>(m, n, k, *alpha, Operand<T>{a, lda, op_a}, Operand<T>{b, ldb, op_b}, *beta, c, ldc);
  return CUBLAS_STATUS_SUCCESS;
}

template <class T>
cublasStatus_t gemm_strided_batched(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b,
                                    int m, int n, int k, const T* alpha, const T* a, int lda,
                                    long long stride_a, const T* b, int ldb, long long stride_b,
                                    const T* beta, T* c, int ldc, long long stride_c, int count) {
  for (int i = 0; i < count; ++i) {
    const cublasStatus_t status = gemm(handle, op_a, op_b, m, n, k, alpha, a + i * stride_a, lda,
                                       b + i * stride_b, ldb, beta, c + i * stride_c, ldc);
    if (status != CUBLAS_STATUS_SUCCESS) return status;
  }
  return CUBLAS_STATUS_SUCCESS;
}

template <class T>
cublasStatus_t gemv(cublasHandle_t handle, cublasOperation_t operation, int m, int n, const T* alpha,
                    const T* a, int lda, const T* x, int incx, const T* beta, T* y, int incy) {
  if (!ready(handle)) return CUBLAS_STATUS_EXECUTION_FAILED;
  const Operand<T> matrix{a, lda, operation};
  const int rows = operation == CUBLAS_OP_N ? m : n;
  const int cols = operation == CUBLAS_OP_N ? n : m;
  for (int i = 0; i < rows; ++i) {
    T sum{};
    for (int j = 0; j < cols; ++j) sum += matrix.at(i, j) * x[j * incx];
    y[i * incy] = *alpha * sum + (*beta == T{} ? T{} : *beta * y[i * incy]);
  }
  return CUBLAS_STATUS_SUCCESS;
}

}  // namespace emulator::blas

inline cublasStatus_t cublasSgemm(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b,
                                  int m, int n, int k, const float* alpha, const float* a, int lda,
                                  const float* b, int ldb, const float* beta, float* c, int ldc) {
  return emulator::blas::gemm(handle, op_a, op_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
inline cublasStatus_t cublasDgemm(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b,
                                  int m, int n, int k, const double* alpha, const double* a, int lda,
                                  const double* b, int ldb, const double* beta, double* c, int ldc) {
  return emulator::blas::gemm(handle, op_a, op_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
inline cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t handle, cublasOperation_t op_a,
                                                cublasOperation_t op_b, int m, int n, int k,
                                                const float* alpha, const float* a, int lda,
                                                long long stride_a, const float* b, int ldb,
                                                long long stride_b, const float* beta, float* c, int ldc,
                                                long long stride_c, int count) {
  return emulator::blas::gemm_strided_batched(handle, op_a, op_b, m, n, k, alpha, a, lda, stride_a, b, ldb,
                                              stride_b, beta, c, ldc, stride_c, count);
}
inline cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b,
                                   int m, int n, int k, const void* alpha, const void* a,
                                   cudaDataType_t a_type, int lda, const void* b, cudaDataType_t b_type,
                                   int ldb, const void* beta, void* c, cudaDataType_t c_type, int ldc,
                                   cublasComputeType_t compute, cublasGemmAlgo_t) {
  if (!emulator::blas::ready(handle)) return CUBLAS_STATUS_EXECUTION_FAILED;
  return emulator::blas::multiply_untyped(op_a, op_b, m, n, k, alpha, {a, a_type}, lda, {b, b_type}, ldb,
                                          beta, c, c_type, ldc, compute);
}
/// As before CUDA 11: the type of the computation is given as one of data.
inline cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b,
                                   int m, int n, int k, const void* alpha, const void* a,
                                   cudaDataType_t a_type, int lda, const void* b, cudaDataType_t b_type,
                                   int ldb, const void* beta, void* c, cudaDataType_t c_type, int ldc,
                                   cudaDataType_t compute, cublasGemmAlgo_t algorithm) {
  cublasComputeType_t type;
  if (!emulator::blas::compute_type_of(compute, &type)) return CUBLAS_STATUS_NOT_SUPPORTED;
  return cublasGemmEx(handle, op_a, op_b, m, n, k, alpha, a, a_type, lda, b, b_type, ldb, beta, c, c_type,
                      ldc, type, algorithm);
}
inline cublasStatus_t cublasGemmStridedBatchedEx(
    cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b, int m, int n, int k,
    const void* alpha, const void* a, cudaDataType_t a_type, int lda, long long stride_a, const void* b,
    cudaDataType_t b_type, int ldb, long long stride_b, const void* beta, void* c, cudaDataType_t c_type,
    int ldc, long long stride_c, int count, cublasComputeType_t compute, cublasGemmAlgo_t algorithm) {
  const auto at = [](const void* base, long long stride, int i, cudaDataType_t type) {
    return static_cast<const char*>(base) +
           stride * i * static_cast<long long>(emulator::blas::size_of(type));
  };
  for (int i = 0; i < count; ++i) {
    const cublasStatus_t status =
        cublasGemmEx(handle, op_a, op_b, m, n, k, alpha, at(a, stride_a, i, a_type), a_type, lda,
                     at(b, stride_b, i, b_type), b_type, ldb, beta,
                     const_cast<char*>(at(c, stride_c, i, c_type)), c_type, ldc, compute, algorithm);
    if (status != CUBLAS_STATUS_SUCCESS) return status;
  }
  return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasGemmStridedBatchedEx(
    cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b, int m, int n, int k,
    const void* alpha, const void* a, cudaDataType_t a_type, int lda, long long stride_a, const void* b,
    cudaDataType_t b_type, int ldb, long long stride_b, const void* beta, void* c, cudaDataType_t c_type,
    int ldc, long long stride_c, int count, cudaDataType_t compute, cublasGemmAlgo_t algorithm) {
  cublasComputeType_t type;
  if (!emulator::blas::compute_type_of(compute, &type)) return CUBLAS_STATUS_NOT_SUPPORTED;
  return cublasGemmStridedBatchedEx(handle, op_a, op_b, m, n, k, alpha, a, a_type, lda, stride_a, b, b_type,
                                    ldb, stride_b, beta, c, c_type, ldc, stride_c, count, type, algorithm);
}
inline cublasStatus_t cublasHgemm(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b,
                                  int m, int n, int k, const __half* alpha, const __half* a, int lda,
                                  const __half* b, int ldb, const __half* beta, __half* c, int ldc) {
  return cublasGemmEx(handle, op_a, op_b, m, n, k, alpha, a, CUDA_R_16F, lda, b, CUDA_R_16F, ldb, beta, c,
                      CUDA_R_16F, ldc, CUBLAS_COMPUTE_16F, CUBLAS_GEMM_DEFAULT);
}
inline cublasStatus_t cublasSgemv(cublasHandle_t handle, cublasOperation_t operation, int m, int n,
                                  const float* alpha, const float* a, int lda, const float* x, int incx,
                                  const float* beta, float* y, int incy) {
  return emulator::blas::gemv(handle, operation, m, n, alpha, a, lda, x, incx, beta, y, incy);
}
inline cublasStatus_t cublasSaxpy(cublasHandle_t handle, int n, const float* alpha, const float* x, int incx,
                                  float* y, int incy) {
  if (!emulator::blas::ready(handle)) return CUBLAS_STATUS_EXECUTION_FAILED;
  for (int i = 0; i < n; ++i) y[i * incy] += *alpha * x[i * incx];
  return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasSscal(cublasHandle_t handle, int n, const float* alpha, float* x, int incx) {
  if (!emulator::blas::ready(handle)) return CUBLAS_STATUS_EXECUTION_FAILED;
  for (int i = 0; i < n; ++i) x[i * incx] *= *alpha;
  return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasSdot(cublasHandle_t handle, int n, const float* x, int incx, const float* y,
                                 int incy, float* result) {
  if (!emulator::blas::ready(handle)) return CUBLAS_STATUS_EXECUTION_FAILED;
  double sum = 0.0;
  for (int i = 0; i < n; ++i) sum += static_cast<double>(x[i * incx]) * y[i * incy];
  *result = static_cast<float>(sum);
  return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasSnrm2(cublasHandle_t handle, int n, const float* x, int incx, float* result) {
  float square = 0.0f;
  const cublasStatus_t status = cublasSdot(handle, n, x, incx, x, incx, &square);
  *result = std::sqrt(square);
  return status;
}
