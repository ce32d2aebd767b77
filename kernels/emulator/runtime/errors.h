/// @file
/// The last error of each host thread, and the one that a kernel left for all.
#pragma once

#include <emulator/error_codes.h>

namespace emulator {

/// Makes `error` the host thread's last error unless it is cudaSuccess, and returns it.
cudaError_t record_error(cudaError_t error);

/// The error of a kernel that was ended, which every later call returns as well until cudaDeviceReset.
cudaError_t sticky_error();
void set_sticky_error(cudaError_t error);
void clear_errors();

/// What cudaPeekAtLastError and cudaGetLastError return.
cudaError_t peek_error();
cudaError_t take_error();

}  // namespace emulator
