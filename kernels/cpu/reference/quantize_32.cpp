// Blocks of 32 weights with one scale, and perhaps a minimum.

#include <cmath>

#include "kernels/float16.h"
#include "reference/fit.h"
#include "reference/quantize_block.h"

namespace kernels::reference {
namespace {

/// Sets weight i's lower 4 bits and, where the block has it, the fifth.
void set_quant(std::uint8_t (&quants)[16], int i, int quant) {
  quants[i % 16] |= static_cast<std::uint8_t>((quant & 15) << 4 * (i / 16));
}

void set_high_bit(std::uint8_t (&bits)[4], int i, int quant) {
  bits[i / 8] |= static_cast<std::uint8_t>((quant >> 4 & 1) << i % 8);
}

/// Stores the scale as the half that it will be read as, and gives 1 / that.
float store_scale(std::uint16_t& stored, float scale) {
  stored = float_to_half(scale);
  return inverse_or_zero(half_to_float(stored));
}

}  // namespace

void quantize_block(const float* weights, BlockQ8_0& block) {
  float largest = 0.0f;
  for (int i = 0; i < 32; ++i) largest = std::max(largest, std::abs(weights[i]));
  const float inverse = store_scale(block.scale, largest / 127.0f);
  for (int i = 0; i < 32; ++i) {
    block.quants[i] = static_cast<std::int8_t>(nearest_quant(weights[i], inverse, -128.0f, 127.0f));
  }
}

void quantize_block(const float* weights, BlockQ4_0& block) {
  block = {};
  const float inverse = store_scale(block.scale, fit_scale({weights, 32}, -8, 7));
  for (int i = 0; i < 32; ++i) {
    set_quant(block.quants, i, static_cast<int>(nearest_quant(weights[i], inverse, -8.0f, 7.0f)) + 8);
  }
}

void quantize_block(const float* weights, BlockQ5_0& block) {
  block = {};
  const float inverse = store_scale(block.scale, fit_scale({weights, 32}, -16, 15));
  for (int i = 0; i < 32; ++i) {
    const int quant = static_cast<int>(nearest_quant(weights[i], inverse, -16.0f, 15.0f)) + 16;
    set_quant(block.quants, i, quant);
    set_high_bit(block.high_bits, i, quant);
  }
}

void quantize_block(const float* weights, BlockQ4_1& block) {
  block = {};
  const Line line = fit_line({weights, 32}, 15, true);
  const float inverse = store_scale(block.scale, line.scale);
  block.minimum = float_to_half(line.minimum);
  const float minimum = half_to_float(block.minimum);
  for (int i = 0; i < 32; ++i) {
    set_quant(block.quants, i, static_cast<int>(nearest_quant(weights[i] - minimum, inverse, 0.0f, 15.0f)));
  }
}

void quantize_block(const float* weights, BlockQ5_1& block) {
  block = {};
  const Line line = fit_line({weights, 32}, 31, true);
  const float inverse = store_scale(block.scale, line.scale);
  block.minimum = float_to_half(line.minimum);
  const float minimum = half_to_float(block.minimum);
  for (int i = 0; i < 32; ++i) {
    const int quant = static_cast<int>(nearest_quant(weights[i] - minimum, inverse, 0.0f, 31.0f));
    set_quant(block.quants, i, quant);
    set_high_bit(block.high_bits, i, quant);
  }
}

}  // namespace kernels::reference
