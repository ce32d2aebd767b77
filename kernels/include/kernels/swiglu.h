#pragma once

#include <span>

namespace kernels::reference {

/// y = silu(gate) * up, where silu(x) = x / (1 + exp(-x)).
///
/// @param y  as long as gate and up; overwritten; may be either of them
void swiglu(std::span<const float> gate, std::span<const float> up, std::span<float> y);

}  // namespace kernels::reference
