#include "kernels/swiglu.h"

#include <cmath>
#include <cstddef>

namespace kernels::reference {

void swiglu(std::span<const float> gate, std::span<const float> up, std::span<float> y) {
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double x = gate[i];
    y[i] = static_cast<float>(x / (1.0 + std::exp(-x)) * up[i]);
  }
}

}  // namespace kernels::reference
