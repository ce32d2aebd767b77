/// @file
/// C = alpha op(A) op(B) + beta C on the CPU, for column-major matrices: what stands behind cuBLAS's products
/// here.
#pragma once

#include <cstddef>
#include <vector>

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <emulator/blas_types.h>

namespace emulator::blas {

/// A matrix as cuBLAS is told of it.
template <class T>
struct Operand {
  const T* data;
  int leading;  ///< elements from one column to the next
  cublasOperation_t operation;

  T at(int row, int col) const {
    const std::size_t r = static_cast<std::size_t>(operation == CUBLAS_OP_N ? row : col);
    const std::size_t c = static_cast<std::size_t>(operation == CUBLAS_OP_N ? col : row);
    return data[c * static_cast<std::size_t>(leading) + r];
  }
};

/// @tparam Sum  the type of products and sums
/// @param c  [m x n], columns `ldc` apart; not read if beta is 0
template <class Sum, class In, class Out>
void multiply(int m, int n, int k, Sum alpha, Operand<In> a, Operand<In> b, Sum beta, Out* c, int ldc) {
  const auto rows = static_cast<std::size_t>(m);
  // op(A) once in one order, so that the innermost loop runs over neighbours.
  std::vector<Sum> packed(rows * static_cast<std::size_t>(k));
  for (int l = 0; l < k; ++l) {
    for (int i = 0; i < m; ++i) {
      packed[static_cast<std::size_t>(l) * rows + static_cast<std::size_t>(i)] = static_cast<Sum>(a.at(i, l));
    }
  }
#pragma omp parallel for
  for (int j = 0; j < n; ++j) {
    std::vector<Sum> column(rows, Sum{});
    for (int l = 0; l < k; ++l) {
      const Sum factor = static_cast<Sum>(b.at(l, j));
      const Sum* values = packed.data() + static_cast<std::size_t>(l) * rows;
      for (std::size_t i = 0; i < rows; ++i) column[i] += factor * values[i];
    }
    Out* out = c + static_cast<std::size_t>(j) * static_cast<std::size_t>(ldc);
    for (std::size_t i = 0; i < rows; ++i) {
      const Sum old = beta == Sum{} ? Sum{} : beta * static_cast<Sum>(out[i]);
      out[i] = static_cast<Out>(alpha * column[i] + old);
    }
  }
}

/// A pointer to numbers whose type is known at run time only.
struct Untyped {
  const void* data;
  cudaDataType_t type;
};

inline std::size_t size_of(cudaDataType_t type) {
  switch (type) {
    case CUDA_R_64F:
      return 8;
    case CUDA_R_32F:
    case CUDA_R_32I:
      return 4;
    case CUDA_R_16F:
    case CUDA_R_16BF:
      return 2;
    case CUDA_R_8I:
      return 1;
  }
  return 0;
}

/// The combinations of types that cublasGemmEx has and that are in use; not supported otherwise.
inline cublasStatus_t multiply_untyped(cublasOperation_t op_a, cublasOperation_t op_b, int m, int n, int k,
                                       const void* alpha, Untyped a, int lda, Untyped b, int ldb,
                                       const void* beta, void* c, cudaDataType_t c_type, int ldc,
                                       cublasComputeType_t compute) {
  if (a.type != b.type) return CUBLAS_STATUS_NOT_SUPPORTED;
  const auto run = [&](auto in, auto out, auto scalar, auto sum) {
    using In = decltype(in);
    using Out = decltype(out);
    using Scalar = decltype(scalar);
    using Sum = decltype(sum);
    multiply<Sum>(m, n, k, static_cast<Sum>(*static_cast<const Scalar*>(alpha)),
                  Operand<In>{static_cast<const In*>(a.data), lda, op_a},
                  Operand<In>{static_cast<const In*>(b.data), ldb, op_b},
                  static_cast<Sum>(*static_cast<const Scalar*>(beta)), static_cast<Out*>(c), ldc);
    return CUBLAS_STATUS_SUCCESS;
  };
  if (a.type == CUDA_R_32F && c_type == CUDA_R_32F) return run(float{}, float{}, float{}, float{});
  if (a.type == CUDA_R_64F && c_type == CUDA_R_64F) return run(double{}, double{}, double{}, double{});
  if (a.type == CUDA_R_8I && c_type == CUDA_R_32I)
    return run(static_cast<signed char>(0), int{}, int{}, int{});
  if (a.type == CUDA_R_16F && compute == CUBLAS_COMPUTE_16F)
    return run(__half{}, __half{}, __half{}, float{});
  if (a.type == CUDA_R_16F && c_type == CUDA_R_16F) return run(__half{}, __half{}, float{}, float{});
  if (a.type == CUDA_R_16F && c_type == CUDA_R_32F) return run(__half{}, float{}, float{}, float{});
  if (a.type == CUDA_R_16BF && c_type == CUDA_R_16BF)
    return run(__nv_bfloat16{}, __nv_bfloat16{}, float{}, float{});
  if (a.type == CUDA_R_16BF && c_type == CUDA_R_32F) return run(__nv_bfloat16{}, float{}, float{}, float{});
  return CUBLAS_STATUS_NOT_SUPPORTED;
}

}  // namespace emulator::blas
