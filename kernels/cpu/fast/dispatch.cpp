// Which instruction set this processor gets.

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "fast/kernels.h"

namespace kernels::fast {

std::vector<const Kernels*> available_kernels() {
  std::vector<const Kernels*> available;
#if defined(__x86_64__)
  __builtin_cpu_init();
  // Whatever has AVX2 has F16C too; clang 14 cannot be asked about that.
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#ifndef WITHOUT_AVX512
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
  if (avx512) available.push_back(&kAvx512VnniKernels);
#endif
  if (avx2) available.push_back(&kAvx2Kernels);
#endif
  available.push_back(&kPortableKernels);
  return available;
}

namespace {

const Kernels& choose_kernels() {
  const std::vector<const Kernels*> available = available_kernels();
  const char* const asked = std::getenv("MINI_LLM_SIMD");
  const auto found = std::find_if(available.begin(), available.end(), [&](const Kernels* set) {
    return asked != nullptr && set->name == std::string_view(asked);
  });
  return found != available.end() ? **found : *available.front();
}

}  // namespace

const Kernels& kernels() {
  static const Kernels& chosen = choose_kernels();
  return chosen;
}

}  // namespace kernels::fast
