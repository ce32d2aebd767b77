#include "kernels/softmax.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kernels::reference {

void softmax(std::span<float> x) {
  if (x.empty()) return;
  const float largest = *std::max_element(x.begin(), x.end());
  if (largest == -std::numeric_limits<float>::infinity()) {
    std::fill(x.begin(), x.end(), 0.0f);
    return;
  }
  double sum = 0.0;
  for (const float value : x) sum += std::exp(static_cast<double>(value) - largest);
  for (float& value : x) value = static_cast<float>(std::exp(static_cast<double>(value) - largest) / sum);
}

}  // namespace kernels::reference
