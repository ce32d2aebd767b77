#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/matrix.h"

namespace kernels {

/// Fills blocks of any type with random weights of mean 0, to measure speed or to test with: far faster than
/// quantizing random numbers, about as fast as memory.
///
/// @param deviation  the weights' standard deviation, within a few percent (block types draw their scales
/// too)
/// @param seed  the same seed gives the same bytes
/// @param blocks  whole blocks of `type`; overwritten
void random_weights(WeightType type, float deviation, std::uint64_t seed, std::span<std::byte> blocks);

}  // namespace kernels
