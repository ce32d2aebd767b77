// Blocks of 256 weights whose groups have scales of their own.
//
// First every group is fitted by itself. The block's scale is then such that the largest group scale becomes
// the largest whole number, and the others are rounded; because that moves them, their neighbours are tried
// too.

#include <cmath>

#include "kernels/float16.h"
#include "reference/fit.h"
#include "reference/quantize_block.h"

namespace kernels::reference {
namespace {

int clamp_round(float value, int lowest, int highest) {
  return static_cast<int>(
      nearest_quant(value, 1.0f, static_cast<float>(lowest), static_cast<float>(highest)));
}

// ---- scale and minimum ----------------------------------------------------------------------------------

/// The scales of a block: weight = scale * groups[g].scale * quant - minimum * groups[g].minimum.
template <int kGroups>
struct Lines {
  std::uint16_t scale;    // half
  std::uint16_t minimum;  // half
  GroupScale groups[kGroups];
};

template <int kSize>
double line_error(const float* weights, float step, float offset, float highest) {
  const float inverse = inverse_or_zero(step);
  float sums[8] = {};
  for (int i = 0; i < kSize; i += 8) {
    for (int lane = 0; lane < 8; ++lane) {
      const float weight = weights[i + lane];
      const float error = step * nearest_quant(weight + offset, inverse, 0.0f, highest) - offset - weight;
      sums[lane] += error * error;
    }
  }
  double total = 0.0;
  for (const float sum : sums) total += sum;
  return total;
}

/// @param largest  what a group's scale and minimum can be at most
template <int kGroups>
Lines<kGroups> fit_lines(const float* weights, int highest, int largest) {
  constexpr int kSize = 256 / kGroups;
  Line fits[kGroups];
  float largest_scale = 0.0f;
  float largest_offset = 0.0f;
  for (int g = 0; g < kGroups; ++g) {
    fits[g] = fit_line({weights + g * kSize, kSize}, highest, false);
    largest_scale = std::max(largest_scale, fits[g].scale);
    largest_offset = std::max(largest_offset, -fits[g].minimum);
  }
  Lines<kGroups> lines;
  lines.scale = float_to_half(largest_scale / static_cast<float>(largest));
  lines.minimum = float_to_half(largest_offset / static_cast<float>(largest));
  const float scale = half_to_float(lines.scale);
  const float minimum = half_to_float(lines.minimum);
  for (int g = 0; g < kGroups; ++g) {
    const int near_scale = clamp_round(fits[g].scale * inverse_or_zero(scale), 0, largest);
    const int near_minimum = clamp_round(-fits[g].minimum * inverse_or_zero(minimum), 0, largest);
    double least_error = INFINITY;
    lines.groups[g] = {near_scale, near_minimum};
    for (int s = std::max(near_scale - 1, 0); s <= std::min(near_scale + 1, largest); ++s) {
      for (int m = std::max(near_minimum - 1, 0); m <= std::min(near_minimum + 1, largest); ++m) {
        const double error = line_error<kSize>(weights + g * kSize, scale * static_cast<float>(s),
                                               minimum * static_cast<float>(m), static_cast<float>(highest));
        if (error < least_error) {
          least_error = error;
          lines.groups[g] = {s, m};
        }
      }
    }
  }
  return lines;
}

/// The quants of all 256 weights.
template <int kGroups>
void round_to_lines(const float* weights, const Lines<kGroups>& lines, int highest, int (&quants)[256]) {
  constexpr int kSize = 256 / kGroups;
  for (int g = 0; g < kGroups; ++g) {
    const float step = half_to_float(lines.scale) * static_cast<float>(lines.groups[g].scale);
    const float offset = half_to_float(lines.minimum) * static_cast<float>(lines.groups[g].minimum);
    const float inverse = inverse_or_zero(step);
    for (int i = g * kSize; i < (g + 1) * kSize; ++i) {
      quants[i] =
          static_cast<int>(nearest_quant(weights[i] + offset, inverse, 0.0f, static_cast<float>(highest)));
    }
  }
}

/// Packs the scales of Q4_K and Q5_K; the layout is at BlockQ4_K.
void set_group_scales(std::uint8_t (&scales)[12], const GroupScale (&groups)[8]) {
  for (int g = 0; g < 4; ++g) {
    const GroupScale& first = groups[g];
    const GroupScale& second = groups[g + 4];
    scales[g] = static_cast<std::uint8_t>(first.scale | second.scale >> 4 << 6);
    scales[g + 4] = static_cast<std::uint8_t>(first.minimum | second.minimum >> 4 << 6);
    scales[g + 8] = static_cast<std::uint8_t>((second.scale & 15) | (second.minimum & 15) << 4);
  }
}

// ---- scale only -----------------------------------------------------------------------------------------

/// weight = scale * groups[g] * quant, for 16 groups of 16.
struct Scales {
  std::uint16_t scale;  // half
  int groups[16];
};

double scale_error(const float* weights, float step, float lowest, float highest) {
  const float inverse = inverse_or_zero(step);
  float sums[8] = {};
  for (int i = 0; i < 16; i += 8) {
    for (int lane = 0; lane < 8; ++lane) {
      const float weight = weights[i + lane];
      const float error = step * nearest_quant(weight, inverse, lowest, highest) - weight;
      sums[lane] += error * error;
    }
  }
  double total = 0.0;
  for (const float sum : sums) total += sum;
  return total;
}

/// @param lowest  of the quants, which reach to -lowest - 1; `lowest_scale` the same for the groups' scales
Scales fit_scales(const float* weights, int lowest, int lowest_scale) {
  float fits[16];
  float peak = 0.0f;
  for (int g = 0; g < 16; ++g) {
    fits[g] = fit_scale({weights + 16 * g, 16}, lowest, -lowest - 1);
    if (std::abs(fits[g]) > std::abs(peak)) peak = fits[g];
  }
  Scales scales;
  scales.scale = float_to_half(peak / static_cast<float>(lowest_scale));
  const float scale = half_to_float(scales.scale);
  for (int g = 0; g < 16; ++g) {
    const int near = clamp_round(fits[g] * inverse_or_zero(scale), lowest_scale, -lowest_scale - 1);
    double least_error = INFINITY;
    scales.groups[g] = near;
    for (int s = std::max(near - 1, lowest_scale); s <= std::min(near + 1, -lowest_scale - 1); ++s) {
      const double error = scale_error(weights + 16 * g, scale * static_cast<float>(s),
                                       static_cast<float>(lowest), static_cast<float>(-lowest - 1));
      if (error < least_error) {
        least_error = error;
        scales.groups[g] = s;
      }
    }
  }
  return scales;
}

/// The quants of all 256 weights, counted from `lowest`, so that they are not negative.
void round_to_scales(const float* weights, const Scales& scales, int lowest, int (&quants)[256]) {
  for (int i = 0; i < 256; ++i) {
    const float step = half_to_float(scales.scale) * static_cast<float>(scales.groups[i / 16]);
    quants[i] = static_cast<int>(nearest_quant(weights[i], inverse_or_zero(step), static_cast<float>(lowest),
                                               static_cast<float>(-lowest - 1))) -
                lowest;
  }
}

// ---- where the bits go ----------------------------------------------------------------------------------

void set_two_bits(std::uint8_t (&bytes)[64], int i, int quant) {
  bytes[i / 128 * 32 + i % 32] |= static_cast<std::uint8_t>((quant & 3) << 2 * (i % 128 / 32));
}

void set_nibble(std::uint8_t (&bytes)[128], int i, int quant) {
  bytes[i / 64 * 32 + i % 32] |= static_cast<std::uint8_t>((quant & 15) << 4 * (i % 64 / 32));
}

void set_high_bit(std::uint8_t (&bytes)[32], int i, int bit) {
  bytes[i % 32] |= static_cast<std::uint8_t>(bit << i / 32);
}

}  // namespace

void quantize_block(const float* weights, BlockQ2_K& block) {
  block = {};
  const Lines<16> lines = fit_lines<16>(weights, 3, 15);
  block.scale = lines.scale;
  block.minimum = lines.minimum;
  for (int g = 0; g < 16; ++g) {
    block.scales[g] = static_cast<std::uint8_t>(lines.groups[g].scale | lines.groups[g].minimum << 4);
  }
  int quants[256];
  round_to_lines(weights, lines, 3, quants);
  for (int i = 0; i < 256; ++i) set_two_bits(block.quants, i, quants[i]);
}

void quantize_block(const float* weights, BlockQ3_K& block) {
  block = {};
  const Scales scales = fit_scales(weights, -4, -32);
  block.scale = scales.scale;
  for (int g = 0; g < 16; ++g) {
    const int stored = scales.groups[g] + 32;
    block.scales[g % 8] |= static_cast<std::uint8_t>((stored & 15) << 4 * (g / 8));
    block.scales[8 + g % 4] |= static_cast<std::uint8_t>(stored >> 4 << 2 * (g / 4));
  }
  int quants[256];
  round_to_scales(weights, scales, -4, quants);
  for (int i = 0; i < 256; ++i) {
    set_two_bits(block.quants, i, quants[i]);
    set_high_bit(block.high_bits, i, quants[i] >> 2);
  }
}

void quantize_block(const float* weights, BlockQ4_K& block) {
  block = {};
  const Lines<8> lines = fit_lines<8>(weights, 15, 63);
  block.scale = lines.scale;
  block.minimum = lines.minimum;
  set_group_scales(block.scales, lines.groups);
  int quants[256];
  round_to_lines(weights, lines, 15, quants);
  for (int i = 0; i < 256; ++i) set_nibble(block.quants, i, quants[i]);
}

void quantize_block(const float* weights, BlockQ5_K& block) {
  block = {};
  const Lines<8> lines = fit_lines<8>(weights, 31, 63);
  block.scale = lines.scale;
  block.minimum = lines.minimum;
  set_group_scales(block.scales, lines.groups);
  int quants[256];
  round_to_lines(weights, lines, 31, quants);
  for (int i = 0; i < 256; ++i) {
    set_nibble(block.quants, i, quants[i]);
    set_high_bit(block.high_bits, i, quants[i] >> 4);
  }
}

void quantize_block(const float* weights, BlockQ6_K& block) {
  block = {};
  const Scales scales = fit_scales(weights, -32, -128);
  block.scale = scales.scale;
  for (int g = 0; g < 16; ++g) block.scales[g] = static_cast<std::int8_t>(scales.groups[g]);
  int quants[256];
  round_to_scales(weights, scales, -32, quants);
  for (int i = 0; i < 256; ++i) {
    const int quarter = i % 128 / 32;
    const int low = (quants[i] & 15) << 4 * (quarter / 2);
    const int high = quants[i] >> 4 << 2 * quarter;
    block.low_bits[i / 128 * 64 + i % 64] |= static_cast<std::uint8_t>(low);
    block.high_bits[i / 128 * 32 + i % 32] |= static_cast<std::uint8_t>(high);
  }
}

}  // namespace kernels::reference
