#include "kernels/gated_activation.h"

#include <cmath>
#include <cstddef>
#include <numbers>

namespace kernels::reference {
namespace {

double activated(Activation activation, double x) {
  switch (activation) {
    case Activation::kSilu:
      return x / (1.0 + std::exp(-x));
    case Activation::kGelu:
      return 0.5 * x * (1.0 + std::tanh(std::sqrt(2.0 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
  }
  return 0.0;
}

}  // namespace

void gated_activation(Activation activation, std::span<const float> gate, std::span<const float> up,
                      std::span<float> y) {
  for (std::size_t i = 0; i < y.size(); ++i)
    y[i] = static_cast<float>(activated(activation, gate[i]) * up[i]);
}

}  // namespace kernels::reference
