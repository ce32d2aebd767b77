#pragma once

#include <span>

namespace kernels {

/// What stands between the two matrix products of a feed-forward part.
enum class Activation {
  kSilu,  // x / (1 + e^-x)
  kGelu,  // x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), the tanh form that gemma2 was trained with
};

namespace reference {

/// y = activation(gate) * up. With kSilu it is known as SwiGLU, with kGelu as GeGLU.
///
/// @param y  as long as gate and up; overwritten; may be either of them
void gated_activation(Activation activation, std::span<const float> gate, std::span<const float> up,
                      std::span<float> y);

}  // namespace reference
}  // namespace kernels
