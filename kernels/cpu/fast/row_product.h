#pragma once

// A row of weights, as a file has it, times a row of activations: 32 weights at a time, for vectors of eight
// lanes. Blocks are no larger, and with vectors of 64 bytes bringing two together took longer than it saved
// (measured on Zen 4: AVX-512 1.3 to 2.2 times as long as AVX2).

#include <algorithm>
#include <cstring>

#include "fast/activations.h"
#include "fast/unpack.h"

namespace kernels::fast {
namespace {

/// Whether products need the sums of x: for minima, or for what is to be taken from every quant.
template <class S, class F>
constexpr bool needs_sums() {
  return F::kHasMinimum || offset<S, F>() != 0;
}

/// Adds minima[i] * x_sums[i], to a vector where they fill whole ones.
template <class S>
[[gnu::always_inline]] inline void add_minima(const float* minima, const float* x_sums, int count,
                                              typename S::Float& sum, float& rest) {
  if (count % S::kLanes == 0) {
    for (int i = 0; i < count; i += S::kLanes) sum = S::fma(S::load(minima + i), S::load(x_sums + i), sum);
  } else {
    for (int i = 0; i < count; ++i) rest += minima[i] * x_sums[i];
  }
}

/// The product of up to 256 weights in blocks of 32 and activations, added to sums in vectors and a number.
///
/// Inlined, so that for the usual 256 all loops have constant lengths and the quants stay in registers.
template <class S, class F>
[[gnu::always_inline]] inline void add_dot(const std::byte* blocks, int elements, const std::int8_t* x_quants,
                                           const float* x_scales, const float* x_sums,
                                           typename S::Float (&sums)[4], float& minimum_sum) {
  using Dot = typename S::template Dot<F::kLargest, is_signed<S, F>()>;
  constexpr int kUnit = 256;
  alignas(64) std::uint8_t quants[kUnit];
  alignas(64) float scales[kUnit / 32];
  alignas(64) float minima[kUnit / 32];
  const int count = elements / 32;
  unpack_blocks<S, F>(blocks, count, quants, scales, minima);

  if constexpr (!F::kHasMinimum && needs_sums<S, F>()) {
    constexpr float kOffset = offset<S, F>();
    for (int i = 0; i < count; ++i) minima[i] = -kOffset * scales[i];
  }
  if constexpr (needs_sums<S, F>()) add_minima<S>(minima, x_sums, count, sums[3], minimum_sum);
  for (int i = 0; i < count; ++i) scales[i] *= x_scales[i];
#pragma GCC unroll 8
  for (int i = 0; i < count; ++i) {
    Dot product;
    product.add(S::load_bytes(quants + 32 * i), S::load_bytes(x_quants + 32 * i));
    typename S::Total total = S::no_total();
    product.add_to(total);
    sums[i % 4] = S::fma(S::from_int(total), S::set1(scales[i]), sums[i % 4]);
  }
}

/// The same for a block of 256. The scales of its sub-blocks cost nothing: the instruction that widens sums
/// multiplies.
template <class S, class F>
[[gnu::always_inline]] inline void add_dot_of_block(const std::byte* block, const std::int8_t* x_quants,
                                                    const float* x_scales, const float* x_sums,
                                                    typename S::Float (&sums)[4], float& minimum_sum) {
  using Dot = typename S::template Dot<F::kLargest, is_signed<S, F>()>;
  constexpr int kSubBlocks = F::kElements / F::kSubBlock;
  alignas(64) std::uint8_t quants[F::kElements];
  alignas(64) std::int16_t scales[kSubBlocks];
  alignas(64) float minima[kSubBlocks];
  const float scale = unpack_block<S, F>(block, quants, scales, minima);
  if constexpr (!F::kHasMinimum && needs_sums<S, F>()) {
    constexpr float kOffset = offset<S, F>();
    for (int g = 0; g < kSubBlocks; ++g) minima[g] = -kOffset * scale * static_cast<float>(scales[g]);
  }
  if constexpr (needs_sums<S, F>()) add_minima<S>(minima, x_sums, kSubBlocks, sums[3], minimum_sum);
  typename S::Float block_sums[2] = {S::zero(), S::zero()};
#pragma GCC unroll 8
  for (int first = 0; first < F::kElements; first += 32) {
    Dot product;
    product.add(S::load_bytes(quants + first), S::load_bytes(x_quants + first));
    typename S::Total total = S::no_total();
    product.add_to(total, S::template spread_scales<F::kSubBlock / 4>(scales + first / F::kSubBlock));
    typename S::Float& sum = block_sums[first / 32 % 2];
    sum = S::fma(S::from_int(total), S::set1(x_scales[first / 32]), sum);
  }
  sums[0] = S::fma(block_sums[0], S::set1(scale), sums[0]);
  sums[1] = S::fma(block_sums[1], S::set1(scale), sums[1]);
}

/// One row of weights times one row of activations.
template <class S, class F>
float dot(const std::byte* row, const ActivationRows& x) {
  static_assert(S::kLanes == 8);
  constexpr std::size_t kUnit = 256;
  constexpr std::size_t kUnitBytes = kUnit / F::kElements * sizeof(typename F::Block);
  constexpr std::size_t kPrefetch = 4096;  // bytes ahead: processors do not look beyond a page by themselves
  const float* const x_sums = F::kSubBlock == 32 ? x.sums32 : x.sums16;
  // An addition takes 4 cycles: as many run at a time.
  typename S::Float sums[4] = {S::zero(), S::zero(), S::zero(), S::zero()};
  float minimum_sum = 0.0f;
  std::size_t k = 0;
  for (; k + kUnit <= x.cols; k += kUnit, row += kUnitBytes) {
    for (std::size_t line = 0; line < kUnitBytes; line += 64) __builtin_prefetch(row + kPrefetch + line);
    const float* const unit_sums = x_sums + k / F::kSubBlock;
    if constexpr (has_whole_scales<F>()) {
      add_dot_of_block<S, F>(row, x.quants + k, x.scales + k / 32, unit_sums, sums, minimum_sum);
    } else {
      add_dot<S, F>(row, kUnit, x.quants + k, x.scales + k / 32, unit_sums, sums, minimum_sum);
    }
  }
  if constexpr (!has_whole_scales<F>()) {
    if (k < x.cols) {
      add_dot<S, F>(row, static_cast<int>(x.cols - k), x.quants + k, x.scales + k / 32,
                    x_sums + k / F::kSubBlock, sums, minimum_sum);
    }
  }
  return S::sum(S::add(S::add(sums[0], sums[1]), S::add(sums[2], sums[3]))) + minimum_sum;
}

}  // namespace
}  // namespace kernels::fast
