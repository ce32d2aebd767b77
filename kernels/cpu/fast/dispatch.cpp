// Which instruction set this processor gets.

#include <cstdlib>
#include <string_view>

#include "fast/kernels.h"

namespace kernels::fast {
namespace {

const Kernels& choose() {
  const char* const setting = std::getenv("MINI_LLM_SIMD");
  const std::string_view asked = setting != nullptr ? setting : "";
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
  if (avx512 && (asked.empty() || asked == "avx512")) return kAvx512VnniKernels;
  if (avx2 && asked != "portable") return kAvx2Kernels;
#endif
  return kPortableKernels;
}

}  // namespace

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace kernels::fast
