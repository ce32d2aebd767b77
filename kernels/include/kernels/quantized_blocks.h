#pragma once

#include <cstdint>

namespace kernels {

// How quantized weights lie in memory, in a GGUF file as on every device. Source: GGUF specification.
// A row of a matrix is a sequence of blocks; a block holds 32 weights that share a scale (a half, as raw
// bits).

/// 32 weights of 8 bits: 34 bytes, 8.5 bits a weight.   weight[i] = scale * quants[i]
struct BlockQ8_0 {
  static constexpr int kElements = 32;
  std::uint16_t scale;
  std::int8_t quants[kElements];
};
static_assert(sizeof(BlockQ8_0) == 34);

/// 32 weights of 4 bits: 18 bytes, 4.5 bits a weight.   weight[i] = scale * (nibble[i] - 8)
///
///   byte      quants[0]         quants[1]         ...   quants[15]
///   low  4    weight  0         weight  1               weight 15
///   high 4    weight 16         weight 17               weight 31
struct BlockQ4_0 {
  static constexpr int kElements = 32;
  std::uint16_t scale;
  std::uint8_t quants[kElements / 2];
};
static_assert(sizeof(BlockQ4_0) == 18);

}  // namespace kernels
