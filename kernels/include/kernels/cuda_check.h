/// @file
/// CUDA_CHECK: turns an error code of CUDA into an exception that says what was called, where, and what went
/// wrong.
#pragma once

#include <cuda_runtime.h>

#include <stdexcept>
#include <string>

namespace kernels {

class CudaError : public std::runtime_error {
 public:
  CudaError(cudaError_t code, const char* call, const char* file, int line)
      : std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": " + call + ": " +
                           cudaGetErrorString(code) + " (" + cudaGetErrorName(code) + ")"),
        code_(code) {}

  cudaError_t code() const { return code_; }

 private:
  cudaError_t code_;
};

}  // namespace kernels

/// CUDA_CHECK(cudaMalloc(&p, bytes)) throws kernels::CudaError unless the call returned cudaSuccess.
/// After a launch: CUDA_CHECK(cudaGetLastError()).
#define CUDA_CHECK(call)                                                    \
  do {                                                                      \
    const cudaError_t cuda_check_code = (call);                             \
    if (cuda_check_code != cudaSuccess) {                                   \
      throw kernels::CudaError(cuda_check_code, #call, __FILE__, __LINE__); \
    }                                                                       \
  } while (false)
