// The kernels for AVX-512 with VNNI; compiled with those switched on, whatever the rest is compiled for.

#include "fast/simd_avx512.h"

#include "fast/instantiate.h"

namespace kernels::fast {

const Kernels kAvx512VnniKernels = all_kernels<Avx512Vnni>("avx512");

}  // namespace kernels::fast
