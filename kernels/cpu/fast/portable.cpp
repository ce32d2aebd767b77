// The kernels in plain C++.

#include "fast/instantiate.h"
#include "fast/simd_portable.h"

namespace kernels::fast {

const Kernels kPortableKernels = all_kernels<Portable>("portable");

}  // namespace kernels::fast
