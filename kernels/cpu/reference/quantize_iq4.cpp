// Blocks whose quants are positions in a table of uneven steps.

#include <cmath>

#include "kernels/float16.h"
#include "reference/fit.h"
#include "reference/quantize_block.h"

namespace kernels::reference {
namespace {

/// Rounds 32 weights into 16 bytes.
void round_to_steps(const float* weights, float scale, std::uint8_t* quants) {
  const float inverse = inverse_or_zero(scale);
  for (int i = 0; i < 16; ++i) {
    const int low = nearest_step(weights[i] * inverse);
    const int high = nearest_step(weights[i + 16] * inverse);
    quants[i] = static_cast<std::uint8_t>(low | high << 4);
  }
}

double step_error(const float* weights, float scale) {
  const float inverse = inverse_or_zero(scale);
  double total = 0.0;
  for (int i = 0; i < 32; ++i) {
    const double error =
        scale * static_cast<float>(kIQ4Steps[nearest_step(weights[i] * inverse)]) - weights[i];
    total += error * error;
  }
  return total;
}

}  // namespace

void quantize_block(const float* weights, BlockIQ4_NL& block) {
  block.scale = float_to_half(fit_steps({weights, 32}));
  round_to_steps(weights, half_to_float(block.scale), block.quants);
}

void quantize_block(const float* weights, BlockIQ4_XS& block) {
  block = {};
  float fits[8];
  float peak = 0.0f;
  for (int g = 0; g < 8; ++g) {
    fits[g] = fit_steps({weights + 32 * g, 32});
    if (std::abs(fits[g]) > std::abs(peak)) peak = fits[g];
  }
  block.scale = float_to_half(peak / -32.0f);
  const float scale = half_to_float(block.scale);
  for (int g = 0; g < 8; ++g) {
    const float* group = weights + 32 * g;
    const int near = static_cast<int>(nearest_quant(fits[g], inverse_or_zero(scale), -32.0f, 31.0f));
    int best = near;
    double least_error = INFINITY;
    for (int s = std::max(near - 1, -32); s <= std::min(near + 1, 31); ++s) {
      const double error = step_error(group, scale * static_cast<float>(s));
      if (error < least_error) {
        least_error = error;
        best = s;
      }
    }
    const int stored = best + 32;
    block.scales_low[g / 2] |= static_cast<std::uint8_t>((stored & 15) << 4 * (g % 2));
    block.scales_high = static_cast<std::uint16_t>(block.scales_high | stored >> 4 << 2 * g);
    round_to_steps(group, scale * static_cast<float>(best), block.quants + 16 * g);
  }
}

}  // namespace kernels::reference
