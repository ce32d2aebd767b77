/// @file
/// cudaError_t with CUDA's own names and codes, and the functions that report errors.
#pragma once

enum cudaError {
#define EMULATOR_ERROR(name, code, text) name = code,
#include <emulator/error_list.inc>
#undef EMULATOR_ERROR
  cudaErrorApiFailureBase = 10000
};
using cudaError_t = cudaError;

/// The last error of this host thread, which it then forgets; an error that a kernel caused ("sticky") stays.
cudaError_t cudaGetLastError();
/// The last error of this host thread, which it keeps.
cudaError_t cudaPeekAtLastError();
/// "cudaErrorInvalidValue"
const char* cudaGetErrorName(cudaError_t error);
/// "invalid argument"
const char* cudaGetErrorString(cudaError_t error);
