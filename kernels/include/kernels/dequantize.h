#pragma once

#include <cstddef>
#include <span>

#include "kernels/matrix.h"

namespace kernels::reference {

/// The weights that stored blocks stand for, as floats. Exact, but for the types with a minimum, where the
/// one addition rounds.
///
/// @param blocks  weights.size() / block_elements(type) blocks
/// @pre weights.size() is a multiple of block_elements(type)
void dequantize(WeightType type, const std::byte* blocks, std::span<float> weights);

}  // namespace kernels::reference
