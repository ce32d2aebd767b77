#include "kernels/vector_add.h"

#include <omp.h>

namespace kernels::cpu {

void vector_add(std::span<const float> a, std::span<const float> b, std::span<float> c, int threads) {
  const float* const from_a = a.data();
  const float* const from_b = b.data();
  float* const to = c.data();
  const auto n = static_cast<std::ptrdiff_t>(c.size());
  if (threads <= 0) threads = omp_get_max_threads();
  // Waking the team costs some microseconds; below this size one thread is done sooner.
  constexpr std::ptrdiff_t kWorthTheTeam = 1 << 15;
#pragma omp parallel for simd schedule(static) num_threads(threads) if (n >= kWorthTheTeam)
  for (std::ptrdiff_t i = 0; i < n; ++i) to[i] = from_a[i] + from_b[i];
}

}  // namespace kernels::cpu
