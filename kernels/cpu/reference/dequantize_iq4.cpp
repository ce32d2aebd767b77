// Blocks whose quants are positions in a table of uneven steps.

#include "kernels/float16.h"
#include "reference/dequantize_block.h"

namespace kernels::reference {
namespace {

/// 16 bytes stand for 32 weights: the low halves for the first 16, the high halves for the others.
void dequantize_32(const std::uint8_t* quants, float scale, float* weights) {
  for (int i = 0; i < 16; ++i) {
    weights[i] = scale * static_cast<float>(kIQ4Steps[quants[i] & 15]);
    weights[i + 16] = scale * static_cast<float>(kIQ4Steps[quants[i] >> 4]);
  }
}

}  // namespace

void dequantize_block(const BlockIQ4_NL& block, float* weights) {
  dequantize_32(block.quants, half_to_float(block.scale), weights);
}

void dequantize_block(const BlockIQ4_XS& block, float* weights) {
  const float scale = half_to_float(block.scale);
  for (int g = 0; g < 8; ++g) {
    dequantize_32(block.quants + 16 * g, scale * static_cast<float>(group_scale(block, g)), weights + 32 * g);
  }
}

}  // namespace kernels::reference
