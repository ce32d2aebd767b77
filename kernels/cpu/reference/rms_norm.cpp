#include "kernels/rms_norm.h"

#include <cmath>
#include <cstddef>

namespace kernels::reference {

void rms_norm(std::span<const float> x, std::span<const float> weight, float epsilon, std::span<float> y) {
  const std::size_t size = weight.size();
  for (std::size_t row = 0; row < x.size(); row += size) {
    double squares = 0.0;
    for (std::size_t i = 0; i < size; ++i) squares += static_cast<double>(x[row + i]) * x[row + i];
    const double scale = 1.0 / std::sqrt(squares / static_cast<double>(size) + epsilon);
    for (std::size_t i = 0; i < size; ++i) y[row + i] = static_cast<float>(x[row + i] * scale * weight[i]);
  }
}

}  // namespace kernels::reference
