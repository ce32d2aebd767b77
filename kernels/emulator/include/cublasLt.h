/// @file
/// Stands in for cuBLASLt's header as far as programs keep a handle of it; its products are those of
/// <cublas_v2.h>.
#pragma once

#include <cublas_v2.h>

using cublasLtHandle_t = struct cublasLtContext*;

inline cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  *handle = nullptr;
  return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasLtDestroy(cublasLtHandle_t) { return CUBLAS_STATUS_SUCCESS; }
