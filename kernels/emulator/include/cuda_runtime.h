/// @file
/// Stands in for CUDA's header of the same name, so that CUDA C++ compiles with a C++ compiler and runs on
/// the emulated GPU.
///
/// What a program can ask of the preprocessor:
/// - `__EMULATED_GPU__` is 1 here and undefined under nvcc.
/// - `__CUDACC__` is 1, as in a file that nvcc compiles.
/// - `__CUDA_ARCH__` is 890 in all code. There is one compilation for both sides, and a kernel that keeps its
/// body behind
///   `#if __CUDA_ARCH__ >= 700` must not silently become empty. Host code therefore sees it as well: the
///   device variant of a `__host__ __device__` function is used on both sides, where all intrinsics work too.
#pragma once

#ifndef __EMULATED_GPU__
#define __EMULATED_GPU__ 1
#endif
#ifndef __CUDACC__
#define __CUDACC__ 1
#endif
#ifndef __CUDA_ARCH__
#define __CUDA_ARCH__ 890
#endif
#define __CUDACC_VER_MAJOR__ 12
#define __CUDACC_VER_MINOR__ 8
#define __CUDACC_VER_BUILD__ 0
#define CUDART_VERSION 12080
#define CUDA_VERSION 12080

// nvcc makes these known to every .cu file.
#include <cassert>
#include <climits>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <emulator/qualifiers.h>
#include <emulator/vector_types.h>

#include <emulator/vector_functions.h>

#include <emulator/barrier.h>
#include <emulator/execution.h>
#include <emulator/indices.h>
#include <emulator/launch.h>
#include <emulator/runtime_types.h>
#include <emulator/shared_memory.h>

#include <emulator/atomics.h>
#include <emulator/cached_memory.h>
#include <emulator/device.h>
#include <emulator/device_control.h>
#include <emulator/integer_intrinsics.h>
#include <emulator/math.h>
#include <emulator/memory.h>
#include <emulator/stream.h>
#include <emulator/warp.h>
