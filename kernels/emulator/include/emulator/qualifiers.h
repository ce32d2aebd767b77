/// @file
/// CUDA's qualifiers as a C++ compiler on a CPU understands them: every function can run on both sides, and
/// `__device__`, `__constant__` and `__managed__` variables are ordinary globals.
#pragma once

#define __global__
#define __device__
#define __host__
#define __constant__
#define __managed__
#define __grid_constant__
#define __device_builtin__
#define __cudart_builtin__
#define __forceinline__ inline __attribute__((always_inline))
#define __inline_hint__
#define __launch_bounds__(...)
#define __maxnreg__(...)
#define __cluster_dims__(...)
#define __block_size__(...)
#define __align__(n) __attribute__((aligned(n)))
#define __builtin_align__(n) __attribute__((aligned(n)))
#define __CUDA_ALIGN__(n) __attribute__((aligned(n)))
#define CUDARTAPI
#define CUDART_CB
// Not defined: __noinline__. The C++ library spells an attribute that way, which compilers accept as it is.
// `__restrict__` is known to g++ and clang.
