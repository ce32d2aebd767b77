// Blocks of 32 weights with one scale, and perhaps a minimum.

#include "kernels/float16.h"
#include "reference/dequantize_block.h"

namespace kernels::reference {
namespace {

/// Weight i's 4 bits; those of weights 16 to 31 are in the high halves.
int nibble(const std::uint8_t (&quants)[16], int i) { return i < 16 ? quants[i] & 15 : quants[i - 16] >> 4; }

int high_bit(const std::uint8_t (&bits)[4], int i) { return bits[i / 8] >> i % 8 & 1; }

}  // namespace

void dequantize_block(const BlockQ8_0& block, float* weights) {
  const float scale = half_to_float(block.scale);
  for (int i = 0; i < 32; ++i) weights[i] = scale * static_cast<float>(block.quants[i]);
}

void dequantize_block(const BlockQ4_0& block, float* weights) {
  const float scale = half_to_float(block.scale);
  for (int i = 0; i < 32; ++i) weights[i] = scale * static_cast<float>(nibble(block.quants, i) - 8);
}

void dequantize_block(const BlockQ4_1& block, float* weights) {
  const float scale = half_to_float(block.scale);
  const float minimum = half_to_float(block.minimum);
  for (int i = 0; i < 32; ++i) weights[i] = scale * static_cast<float>(nibble(block.quants, i)) + minimum;
}

void dequantize_block(const BlockQ5_0& block, float* weights) {
  const float scale = half_to_float(block.scale);
  for (int i = 0; i < 32; ++i) {
    const int quant = nibble(block.quants, i) + 16 * high_bit(block.high_bits, i) - 16;
    weights[i] = scale * static_cast<float>(quant);
  }
}

void dequantize_block(const BlockQ5_1& block, float* weights) {
  const float scale = half_to_float(block.scale);
  const float minimum = half_to_float(block.minimum);
  for (int i = 0; i < 32; ++i) {
    const int quant = nibble(block.quants, i) + 16 * high_bit(block.high_bits, i);
    weights[i] = scale * static_cast<float>(quant) + minimum;
  }
}

}  // namespace kernels::reference
