#include "peaks.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>

#include "host_array.h"
#include "kernels/device_array.h"
#include "timing.h"

namespace lesson_bench {
namespace {

constexpr int kRuns = 10;

}  // namespace

double measure_cpu_bandwidth() {
  constexpr std::size_t n = std::size_t{1} << 24;  // 64 MiB an array
  PageableArray a(n, 0.0f), b(n, 1.0f), c(n, 2.0f);
  float* const to = a.span().data();
  const float* const from_b = b.span().data();
  const float* const from_c = c.span().data();
  double best_s = std::numeric_limits<double>::max();
  for (int run = 0; run < kRuns; ++run) {
    const auto begin = std::chrono::steady_clock::now();
#pragma omp parallel for simd schedule(static)
    for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(n); ++i) to[i] = from_b[i] + 3.0f * from_c[i];
    best_s =
        std::min(best_s, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return 3.0 * sizeof(float) * n / best_s;
}

double measure_gpu_bandwidth() {
  constexpr std::size_t n = std::size_t{1} << 26;  // 256 MiB, more than any cache of a GPU
  kernels::DeviceArray<float> from(n), to(n);
  CUDA_CHECK(cudaMemset(from.data(), 0, n * sizeof(float)));
  double best_s = std::numeric_limits<double>::max();
  for (int run = 0; run < kRuns; ++run) {
    const Timing timing = time_on_device(
        [&] {
          CUDA_CHECK(cudaMemcpyAsync(to.data(), from.data(), n * sizeof(float), cudaMemcpyDeviceToDevice));
        },
        1);
    best_s = std::min(best_s, timing.seconds);
  }
  return 2.0 * sizeof(float) * n / best_s;
}

}  // namespace lesson_bench
