#pragma once

// Interleaved rows of weights times a row of activations.

#include "fast/activations.h"
#include "fast/interleaved.h"

namespace kernels::fast {
namespace {

/// total += the quants of a sub-block . x_quants, for each lane; scaled where scales are whole.
template <class S, class F>
[[gnu::always_inline]] inline void add_lanes(const Unit<S, F>& unit, int sub, const std::int8_t* x_quants,
                                             typename S::Total& total) {
  using Dot = typename S::template Dot<F::kLargest, is_signed<S, F>()>;
  constexpr int kSteps = F::kSubBlock / 4;
  constexpr int kFold = std::min(Dot::kFoldEvery, kSteps);
#pragma GCC unroll 8
  for (int first = 0; first < kSteps; first += kFold) {
    Dot product;
#pragma GCC unroll 8
    for (int step = first; step < first + kFold; ++step) {
      product.add(unit.weights(sub * kSteps + step), S::broadcast4(x_quants + 4 * (sub * kSteps + step)));
    }
    if constexpr (Unit<S, F>::kWholeScales) {
      product.add_to(total, unit.packed_scale(sub));
    } else {
      product.add_to(total);
    }
  }
}

/// The product of a unit and activations, added to the sums of its rows; the two sums are to be added.
template <class S, class F>
[[gnu::always_inline]] inline void add_unit(const Unit<S, F>& unit, const std::int8_t* x_quants,
                                            const float* x_scales, const float* x_sums,
                                            typename S::Float (&sums)[2]) {
  using U = Unit<S, F>;
  using Float = typename S::Float;
  constexpr int kPerScale = 32 / F::kSubBlock;  // sub-blocks that share a scale of x
  constexpr float kOffset = offset<S, F>();
  if constexpr (U::kWholeScales) {
    Float products = S::zero();
    Float minima = S::zero();  // or what the offset takes away
#pragma GCC unroll 8
    for (int b = 0; b < U::kCols / 32; ++b) {
      typename S::Total total = S::no_total();
#pragma GCC unroll 2
      for (int sub = b * kPerScale; sub < (b + 1) * kPerScale; ++sub) {
        add_lanes<S, F>(unit, sub, x_quants, total);
        if constexpr (F::kHasMinimum || kOffset != 0) {
          const Float x_sum = S::set1(x_sums[sub]);
          minima = S::fma(F::kHasMinimum ? unit.whole_minimum(sub) : unit.whole_scale(sub), x_sum, minima);
        }
      }
      products = S::fma(S::from_int(total), S::set1(x_scales[b]), products);
    }
    const Float scale = unit.scale(0);
    sums[0] = S::fma(products, scale, sums[0]);
    if constexpr (F::kHasMinimum) {
      sums[1] = S::sub(sums[1], S::mul(minima, unit.minimum_scale()));
    } else if constexpr (kOffset != 0) {
      sums[1] = S::sub(sums[1], S::mul(minima, S::mul(scale, S::set1(kOffset))));
    }
  } else {
#pragma GCC unroll 2
    for (int b = 0; b < U::kCols / 32; ++b) {
      typename S::Total total = S::no_total();
      add_lanes<S, F>(unit, b, x_quants, total);
      const Float offsets = S::mul(S::set1(x_sums[b]), S::set1(-kOffset));
      const Float product = S::fma(S::from_int(total), S::set1(x_scales[b]), offsets);
      sums[b % 2] = S::fma(product, unit.scale(b), sums[b % 2]);
    }
  }
}

/// y[row] = row of a . x, for kLanes interleaved rows that begin at `rows`. They are one sequence in memory,
/// which processors read ahead by themselves: prefetching took 3 to 30% longer (Zen 4, one thread).
template <class S, class F>
void multiply_lanes(const std::byte* rows, const ActivationRows& x, float* y) {
  using U = Unit<S, F>;
  const float* const x_sums = F::kSubBlock == 32 ? x.sums32 : x.sums16;
  typename S::Float sums[2] = {S::zero(), S::zero()};
  for (std::size_t k = 0; k < x.cols; k += U::kCols, rows += U::kBytes) {
    add_unit<S, F>(U(rows), x.quants + k, x.scales + k / 32, x_sums + k / F::kSubBlock, sums);
  }
  S::store(y, S::add(sums[0], sums[1]));
}

}  // namespace
}  // namespace kernels::fast
