// Blocks of 256 weights whose groups have scales of their own.

#include "kernels/float16.h"
#include "reference/dequantize_block.h"

namespace kernels::reference {
namespace {

/// Weight i's 2 bits in Q2_K and Q3_K: 32 bytes for each half of 128 weights, four weights to a byte.
int two_bits(const std::uint8_t (&quants)[64], int i) {
  return quants[i / 128 * 32 + i % 32] >> 2 * (i % 128 / 32) & 3;
}

/// Weight i's 4 bits in Q4_K and Q5_K: 32 bytes for each 64 weights, the second 32 in the high halves.
int nibble(const std::uint8_t (&quants)[128], int i) {
  return quants[i / 64 * 32 + i % 32] >> 4 * (i % 64 / 32) & 15;
}

int high_bit(const std::uint8_t (&bits)[32], int i) { return bits[i % 32] >> i / 32 & 1; }

/// Weight i's 6 bits in Q6_K.
int six_bits(const BlockQ6_K& block, int i) {
  const int half = i / 128;
  const int quarter = i % 128 / 32;  // of the half
  const int low = block.low_bits[half * 64 + i % 64] >> 4 * (quarter / 2) & 15;
  const int high = block.high_bits[half * 32 + i % 32] >> 2 * quarter & 3;
  return low + 16 * high;
}

}  // namespace

void dequantize_block(const BlockQ2_K& block, float* weights) {
  const float scale = half_to_float(block.scale);
  const float minimum = half_to_float(block.minimum);
  for (int g = 0; g < 16; ++g) {
    const float step = scale * static_cast<float>(block.scales[g] & 15);
    const float offset = minimum * static_cast<float>(block.scales[g] >> 4);
    for (int i = 16 * g; i < 16 * g + 16; ++i) {
      weights[i] = step * static_cast<float>(two_bits(block.quants, i)) - offset;
    }
  }
}

void dequantize_block(const BlockQ3_K& block, float* weights) {
  const float scale = half_to_float(block.scale);
  for (int i = 0; i < 256; ++i) {
    const int quant = two_bits(block.quants, i) + 4 * high_bit(block.high_bits, i) - 4;
    weights[i] = scale * static_cast<float>(group_scale(block, i / 16)) * static_cast<float>(quant);
  }
}

void dequantize_block(const BlockQ4_K& block, float* weights) {
  const float scale = half_to_float(block.scale);
  const float minimum = half_to_float(block.minimum);
  for (int g = 0; g < 8; ++g) {
    const GroupScale group = group_scale(block.scales, g);
    const float step = scale * static_cast<float>(group.scale);
    const float offset = minimum * static_cast<float>(group.minimum);
    for (int i = 32 * g; i < 32 * g + 32; ++i) {
      weights[i] = step * static_cast<float>(nibble(block.quants, i)) - offset;
    }
  }
}

void dequantize_block(const BlockQ5_K& block, float* weights) {
  const float scale = half_to_float(block.scale);
  const float minimum = half_to_float(block.minimum);
  for (int g = 0; g < 8; ++g) {
    const GroupScale group = group_scale(block.scales, g);
    const float step = scale * static_cast<float>(group.scale);
    const float offset = minimum * static_cast<float>(group.minimum);
    for (int i = 32 * g; i < 32 * g + 32; ++i) {
      const int quant = nibble(block.quants, i) + 16 * high_bit(block.high_bits, i);
      weights[i] = step * static_cast<float>(quant) - offset;
    }
  }
}

void dequantize_block(const BlockQ6_K& block, float* weights) {
  const float scale = half_to_float(block.scale);
  for (int i = 0; i < 256; ++i) {
    const float step = scale * static_cast<float>(block.scales[i / 16]);
    weights[i] = step * static_cast<float>(six_bits(block, i) - 32);
  }
}

}  // namespace kernels::reference
