#pragma once

#include <span>

namespace kernels::reference {

/// y = x / sqrt(mean(x^2) + epsilon) * weight, for each row.
///
/// @param x  [n][size]
/// @param weight  [size]
/// @param y  [n][size]; overwritten; may be x
void rms_norm(std::span<const float> x, std::span<const float> weight, float epsilon, std::span<float> y);

}  // namespace kernels::reference
