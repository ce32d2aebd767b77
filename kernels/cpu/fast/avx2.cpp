// The kernels for AVX2, FMA and F16C; compiled with those switched on, whatever the rest is compiled for.

#include "fast/simd_avx2.h"

#include "fast/instantiate.h"

namespace kernels::fast {

const Kernels kAvx2Kernels = all_kernels<Avx2>("avx2");

}  // namespace kernels::fast
