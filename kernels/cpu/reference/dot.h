#pragma once

#include <cstddef>

namespace kernels::reference {

/// The sum of a[i] * b[i], accumulated in double.
///
/// Eight running sums instead of one: additions of floating-point numbers may not be reordered by the
/// compiler, so a single sum would wait for each addition. The order is fixed, so the result is the same on
/// every run.
inline double dot(const float* a, const float* b, std::size_t size) {
  constexpr std::size_t kSums = 8;
  double sums[kSums] = {};
  std::size_t i = 0;
  for (; i + kSums <= size; i += kSums) {
    for (std::size_t s = 0; s < kSums; ++s) sums[s] += static_cast<double>(a[i + s]) * b[i + s];
  }
  double total = 0.0;
  for (; i < size; ++i) total += static_cast<double>(a[i]) * b[i];
  for (const double sum : sums) total += sum;
  return total;
}

}  // namespace kernels::reference
