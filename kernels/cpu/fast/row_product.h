#pragma once

// A row of weights, as a file has it, times a row of activations.

#include <algorithm>
#include <cstring>

#include "fast/activations.h"
#include "fast/unpack.h"

namespace kernels::fast {
namespace {

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
  constexpr int kBytes = 4 * S::kLanes;  // of a vector; with AVX-512 two blocks of 32
  constexpr int kUnit = 256;
  alignas(64) std::uint8_t quants[kUnit];
  alignas(64) float scales[kUnit / F::kSubBlock + S::kLanes] = {};  // S::spread reads a whole vector
  alignas(64) float minima[std::max<int>(kUnit / F::kSubBlock, S::kLanes)];
  const int sub_blocks = elements / F::kSubBlock;
  unpack_blocks<S, F>(blocks, elements / F::kElements, quants, scales, minima);

  if constexpr (has_minimum<S, F>()) add_minima<S>(minima, x_sums, sub_blocks, sums[3], minimum_sum);
  for (int i = 0; i < sub_blocks; ++i) scales[i] *= x_scales[i * F::kSubBlock / 32];

  alignas(64) std::int8_t padded[kUnit];
  if (elements % kBytes != 0) {  // 32 x an odd number of columns, and vectors of 64
    std::memset(quants + elements, 0, kBytes - 32);
    std::memset(padded + elements, 0, kBytes - 32);
    std::memcpy(padded, x_quants, static_cast<std::size_t>(elements));
    std::fill(scales + sub_blocks, scales + sub_blocks + 32 / F::kSubBlock, 0.0f);
    x_quants = padded;
  }
#pragma GCC unroll 8
  for (int first = 0; first < elements; first += kBytes) {
    Dot product;
    product.add(S::load_unpacked(quants + first), S::load_bytes(x_quants + first));
    typename S::Total total = S::no_total();
    product.add_to(total);
    const auto scale = S::template spread<F::kSubBlock / 4>(scales + first / F::kSubBlock);
    typename S::Float& sum = sums[first / kBytes % 4];
    sum = S::fma(S::from_int(total), scale, sum);
  }
}

/// The same for a block of 256. The scales of its sub-blocks cost nothing: the instruction that widens sums
/// multiplies.
template <class S, class F>
[[gnu::always_inline]] inline void add_dot_of_block(const std::byte* block, const std::int8_t* x_quants,
                                                    const float* x_scales, const float* x_sums,
                                                    typename S::Float (&sums)[4], float& minimum_sum) {
  using Dot = typename S::template Dot<F::kLargest, is_signed<S, F>()>;
  constexpr int kBytes = 4 * S::kLanes;
  constexpr int kSubBlocks = F::kElements / F::kSubBlock;
  alignas(64) std::uint8_t quants[F::kElements];
  // S::spread_scales and S::spread read whole vectors.
  alignas(64) std::int16_t scales[kSubBlocks + S::kLanes] = {};
  alignas(64) float x_scales_here[8 + S::kLanes] = {};
  alignas(64) float minima[kSubBlocks];
  const float scale = unpack_block<S, F>(block, quants, scales, minima);
  if constexpr (has_minimum<S, F>()) add_minima<S>(minima, x_sums, kSubBlocks, sums[3], minimum_sum);
  if constexpr (kBytes > 32) std::copy_n(x_scales, 8, x_scales_here);
  typename S::Float block_sums[2] = {S::zero(), S::zero()};
#pragma GCC unroll 8
  for (int first = 0; first < F::kElements; first += kBytes) {
    Dot product;
    product.add(S::load_unpacked(quants + first), S::load_bytes(x_quants + first));
    typename S::Total total = S::no_total();
    product.add_to(total, S::template spread_scales<F::kSubBlock / 4>(scales + first / F::kSubBlock));
    const auto x_scale = S::template spread<8>((kBytes > 32 ? x_scales_here : x_scales) + first / 32);
    typename S::Float& sum = block_sums[first / kBytes % 2];
    sum = S::fma(S::from_int(total), x_scale, sum);
  }
  sums[0] = S::fma(block_sums[0], S::set1(scale), sums[0]);
  sums[1] = S::fma(block_sums[1], S::set1(scale), sums[1]);
}

/// One row of weights times one row of activations.
template <class S, class F>
float dot(const std::byte* row, const ActivationRows& x) {
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
