#pragma once

// What stands between the matrix products: exponentials, norms, activation functions, and turning activations
// into bytes.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "fast/activations.h"
#include "kernels/float16.h"
#include "kernels/gated_activation.h"
#include "kernels/kv_rows.h"
#include "kernels/quantized_blocks.h"

namespace kernels::fast {
namespace {

/// e^x to within 2e-7 of it; 0 below -87, where the result would not be a normal number; NaN stays NaN.
template <class S>
typename S::Float exponential(typename S::Float x) {
  using Float = typename S::Float;
  // e^x = 2^n e^r, n whole and |r| <= ln(2) / 2, where eight terms of the series are enough.
  const Float limited = S::max(S::set1(-87.0f), S::min(S::set1(88.0f), x));
  const Float n = S::round(S::mul(limited, S::set1(1.44269504f)));
  // ln(2) in two parts, so that n * the first is exact
  Float r = S::fma(n, S::set1(-0.693359375f), limited);
  r = S::fma(n, S::set1(2.12194440e-4f), r);
  Float p = S::set1(1.0f / 5040);
  for (const float term : {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f}) {
    p = S::fma(p, r, S::set1(term));
  }
  return S::mul(p, S::power_of_two(n));
}

/// 127 / the largest of 32 numbers, or a little less: of eight factors, the one whose rounding errors have
/// the smallest sum of squares. That lowers the error by an eighth (measured on normally distributed
/// numbers).
template <class S>
[[gnu::always_inline]] inline float best_factor(const float* x, float largest) {
  using Float = typename S::Float;
  constexpr int kCandidates = 8;
  const auto levels = [](int candidate) { return 127.0f - 0.75f * static_cast<float>(candidate); };
  const float unit = 1.0f / largest;
  Float errors[kCandidates];
#pragma GCC unroll 8
  for (int candidate = 0; candidate < kCandidates; ++candidate) {
    const Float factor = S::set1(levels(candidate) * unit);
    errors[candidate] = S::zero();
    for (int i = 0; i < 32; i += S::kLanes) {
      const Float scaled = S::mul(S::load(x + i), factor);
      const Float off = S::sub(scaled, S::round(scaled));
      errors[candidate] = S::fma(off, off, errors[candidate]);
    }
  }
  float sums[kCandidates];
  S::store_8_sums(errors, sums);
  float best = 0.0f;
  float smallest_error = std::numeric_limits<float>::infinity();
  for (int candidate = 0; candidate < kCandidates; ++candidate) {
    // as a part of `largest`, which may be huge
    const float error = sums[candidate] * (1.0f / (levels(candidate) * levels(candidate)));
    const bool better = error < smallest_error;
    smallest_error = better ? error : smallest_error;
    best = better ? levels(candidate) * unit : best;
  }
  return best;
}

/// x to bytes, 32 at a time: x[i] is about scale * quant[i]. The largest number becomes 127 or a little less.
template <class S>
void quantize_row(const float* x, std::size_t size, const QuantizedRow& to) {
  using Float = typename S::Float;
  const std::size_t blocks = size / 32;
  // First the factors of all blocks, then the bytes: each is a long chain of operations, of which processors
  // have more under way at a time when they are apart.
  float* const factors = to.scales;
  for (std::size_t block = 0; block < blocks; ++block) {
    const float* const from = x + 32 * block;
    Float magnitudes = S::zero();
    for (int i = 0; i < 32; i += S::kLanes) magnitudes = S::max(magnitudes, S::abs(S::load(from + i)));
    const float largest = S::largest(magnitudes);
    const float factor = largest > 0.0f ? best_factor<S>(from, largest) : 0.0f;
    // All numbers tiny, or one infinite, which only a damaged file leads to: they become zeros.
    factors[block] = std::isfinite(factor) ? factor : 0.0f;
  }
  for (std::size_t block = 0; block < blocks; ++block) {
    const float factor = factors[block];
    float sums[2];  // of quants; whole numbers
    for (int half = 0; half < 2; ++half) {
      const std::size_t first = 32 * block + 16 * static_cast<std::size_t>(half);
      Float sum = S::zero();
      for (std::size_t i = first; i < first + 16; i += S::kLanes) {
        Float rounded = S::zero();
        // What is not a number becomes -127: max() gives the second of its arguments then.
        if (factor > 0.0f) {
          rounded = S::max(S::round(S::mul(S::load(x + i), S::set1(factor))), S::set1(-127.0f));
        }
        sum = S::add(sum, rounded);
        S::store_int8(to.quants + i, rounded);
      }
      sums[half] = S::sum(sum);
    }
    const float scale = factor > 0.0f ? 1.0f / factor : 0.0f;
    to.scales[block] = scale;
    for (std::size_t half = 0; half < 2; ++half) {
      to.sums16[2 * block + half] = scale * sums[half];
      to.quant_sums16[2 * block + half] = static_cast<std::int32_t>(sums[half]);
    }
    to.sums32[block] = scale * (sums[0] + sums[1]);
    to.quant_sums32[block] = static_cast<std::int32_t>(sums[0] + sums[1]);
  }
}

/// y = x / sqrt(mean of squares + epsilon) * weight
template <class S>
void rms_norm_row(const float* x, const float* weight, float epsilon, std::size_t size, float* y) {
  typename S::Float squares = S::zero();
  std::size_t i = 0;
  for (; i + S::kLanes <= size; i += S::kLanes) {
    const typename S::Float value = S::load(x + i);
    squares = S::fma(value, value, squares);
  }
  double sum = S::sum(squares);
  for (; i < size; ++i) sum += static_cast<double>(x[i]) * x[i];
  const auto scale = static_cast<float>(1.0 / std::sqrt(sum / static_cast<double>(size) + epsilon));
  for (i = 0; i < size; ++i) y[i] = x[i] * scale * weight[i];
}

template <class S>
typename S::Float activated(Activation activation, typename S::Float x) {
  using Float = typename S::Float;
  const Float one = S::set1(1.0f);
  if (activation == Activation::kSilu) {
    return S::div(x, S::add(one, exponential<S>(S::sub(S::zero(), x))));
  }
  // x / 2 (1 + tanh(z)) = x / (1 + e^-2z)
  const Float z = S::mul(x, S::fma(S::mul(x, x), S::set1(0.0356774081f), S::set1(0.7978845608f)));
  return S::div(x, S::add(one, exponential<S>(S::mul(S::set1(-2.0f), z))));
}

/// y = activation(gate) * up
template <class S>
void gated_activation(Activation activation, const float* gate, const float* up, std::size_t size, float* y) {
  std::size_t i = 0;
  for (; i + S::kLanes <= size; i += S::kLanes) {
    S::store(y + i, S::mul(activated<S>(activation, S::load(gate + i)), S::load(up + i)));
  }
  if (i == size) return;
  float last_gate[S::kLanes] = {};
  float last[S::kLanes];
  std::copy(gate + i, gate + size, last_gate);
  S::store(last, activated<S>(activation, S::load(last_gate)));
  for (std::size_t j = 0; i < size; ++i, ++j) y[i] = last[j] * up[i];
}

/// Numbers as a cache stores them.
/// @pre for kQ8_0, size is a multiple of 32
template <class S>
void store_kv(KvType type, const float* x, std::size_t size, std::byte* to) {
  if (type == KvType::kF32) {
    std::memcpy(to, x, size * sizeof(float));
  } else if (type == KvType::kF16) {
    auto* halfs = reinterpret_cast<std::uint16_t*>(to);
    std::size_t i = 0;
    for (; i + S::kLanes <= size; i += S::kLanes) S::store_half(halfs + i, S::load(x + i));
    for (; i < size; ++i) halfs[i] = float_to_half(x[i]);
  } else {
    auto* blocks = reinterpret_cast<BlockQ8_0*>(to);
    for (std::size_t block = 0; block < size / 32; ++block, x += 32) {
      float largest = 0.0f;
      for (int i = 0; i < 32; ++i) largest = std::max(largest, std::fabs(x[i]));
      blocks[block].scale = float_to_half(largest / 127.0f);
      const float scale = half_to_float(blocks[block].scale);
      const float inverse = scale > 0.0f && std::isfinite(scale) ? 1.0f / scale : 0.0f;
      for (int i = 0; i < 32; ++i) {
        const float quant = std::nearbyint(x[i] * inverse);
        blocks[block].quants[i] = static_cast<std::int8_t>(quant >= -127.0f && quant <= 127.0f ? quant
                                                           : quant > 0.0f                      ? 127
                                                                                               : -127);
      }
    }
  }
}

/// The other way.
template <class S>
void load_kv(KvType type, const std::byte* from, std::size_t size, float* x) {
  if (type == KvType::kF32) {
    std::memcpy(x, from, size * sizeof(float));
  } else if (type == KvType::kF16) {
    const auto* halfs = reinterpret_cast<const std::uint16_t*>(from);
    std::size_t i = 0;
    for (; i + S::kLanes <= size; i += S::kLanes) S::store(x + i, S::load_half(halfs + i));
    for (; i < size; ++i) x[i] = half_to_float(halfs[i]);
  } else {
    const auto* blocks = reinterpret_cast<const BlockQ8_0*>(from);
    for (std::size_t block = 0; block < size / 32; ++block, x += 32) {
      const typename S::Float scale = S::set1(half_to_float(blocks[block].scale));
      for (int i = 0; i < 32; i += S::kLanes)
        S::store(x + i, S::mul(scale, S::load_int8(blocks[block].quants + i)));
    }
  }
}

}  // namespace
}  // namespace kernels::fast
