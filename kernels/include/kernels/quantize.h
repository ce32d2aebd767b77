#pragma once

#include <cstddef>
#include <span>

#include "kernels/matrix.h"

namespace kernels::reference {

/// Stores weights in any type, so that the squared error is small: scales are searched for, not just taken
/// from the largest weight. Deterministic.
///
/// @param weights  whole blocks of `type`
/// @param blocks  weights.size() / block_elements(type) blocks; overwritten
/// NaN, infinity, and a weight so large that its block's scale exceeds a half's range (65504) cannot be
/// stored: to find them, compare what dequantize makes of the blocks.
void quantize(WeightType type, std::span<const float> weights, std::byte* blocks);

}  // namespace kernels::reference
