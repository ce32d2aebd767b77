/// @file
/// threadIdx, blockIdx, blockDim, gridDim and warpSize.
///
/// One set per operating-system thread, which the runtime rewrites whenever it changes from one CUDA thread
/// to another. They are const here because they are const to a kernel: within one CUDA thread they never
/// change, so the compiler may keep them in registers across barriers, and instrumentation leaves them alone.
#pragma once

#include <emulator/vector_types.h>

#define EMULATOR_THREAD_LOCAL __thread __attribute__((tls_model("initial-exec")))

extern const EMULATOR_THREAD_LOCAL uint3 threadIdx;  ///< this thread's place in its block
extern const EMULATOR_THREAD_LOCAL uint3 blockIdx;   ///< this block's place in the grid
extern const EMULATOR_THREAD_LOCAL dim3 blockDim;    ///< threads per block
extern const EMULATOR_THREAD_LOCAL dim3 gridDim;     ///< blocks in the grid
inline constexpr int warpSize = 32;
