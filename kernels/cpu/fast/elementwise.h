#pragma once

// What stands between the matrix products: exponentials, norms, activation functions, and turning activations
// into bytes.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

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

/// x to q and scale, 32 at a time: x[i] is about scale * q[i].
///
/// The largest number becomes 127, or a little less: of eight scales, the one whose rounding errors have the
/// smallest sum of squares. That lowers the error by an eighth (measured on normally distributed numbers)
/// and costs 5 operations a number, once for all rows of a matrix.
/// @param sums16, sums32  scale * (the sum of 16 or 32 q)
template <class S>
void quantize_row(const float* x, std::size_t size, std::int8_t* q, float* scales, float* sums16,
                  float* sums32) {
  using Float = typename S::Float;
  constexpr int kVectors = 32 / S::kLanes;
  for (std::size_t block = 0; block < size / 32; ++block) {
    Float values[kVectors];
    Float largest = S::zero();
    for (int v = 0; v < kVectors; ++v) {
      values[v] = S::load(x + block * 32 + static_cast<std::size_t>(v * S::kLanes));
      largest = S::max(largest, S::abs(values[v]));
    }
    const float limit = S::largest(largest);
    float best_scale = 0.0f;
    float best_inverse = 0.0f;
    float best_error = std::numeric_limits<float>::infinity();
    for (int candidate = 0; candidate < 8 && limit > 0.0f; ++candidate) {
      const float levels = 127.0f - 0.75f * static_cast<float>(candidate);
      const float scale = limit / levels;
      const float inverse = levels / limit;
      Float errors = S::zero();
      for (int v = 0; v < kVectors; ++v) {
        const Float scaled = S::mul(values[v], S::set1(inverse));
        const Float off = S::sub(scaled, S::round(scaled));
        errors = S::fma(off, off, errors);
      }
      const float error = S::sum(errors) * scale * scale;
      if (candidate == 0 || error < best_error) {
        best_error = error;
        best_scale = scale;
        best_inverse = inverse;
      }
    }
    if (!std::isfinite(best_inverse)) best_inverse = 0.0f;  // all numbers tiny: they become zeros
    int sums[2] = {0, 0};
    alignas(64) float rounded[32];
    for (int v = 0; v < kVectors; ++v) {
      S::store(rounded + v * S::kLanes, S::round(S::mul(values[v], S::set1(best_inverse))));
    }
    for (int i = 0; i < 32; ++i) {
      // Infinities and NaN, which only a damaged file leads to, become something in range.
      const float in_range = rounded[i] >= -127.0f && rounded[i] <= 127.0f ? rounded[i] : 0.0f;
      q[block * 32 + static_cast<std::size_t>(i)] = static_cast<std::int8_t>(in_range);
      sums[i / 16] += static_cast<int>(in_range);
    }
    scales[block] = best_scale;
    sums16[2 * block] = best_scale * static_cast<float>(sums[0]);
    sums16[2 * block + 1] = best_scale * static_cast<float>(sums[1]);
    sums32[block] = best_scale * static_cast<float>(sums[0] + sums[1]);
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
