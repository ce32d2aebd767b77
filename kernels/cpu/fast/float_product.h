#pragma once

// Products of weights stored as floats (F32, F16, BF16) with activations as floats; attention is made of the
// same block product.

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "fast/activations.h"
#include "fast/prefetch.h"
#include "kernels/matrix.h"

namespace kernels::fast {
namespace {

struct FormatF32 {
  using Stored = float;
  static float one(Stored value) { return value; }
  template <class S>
  static typename S::Float load(const Stored* p) {
    return S::load(p);
  }
};

struct FormatF16 {
  using Stored = std::uint16_t;
  static float one(Stored value) { return half_to_float(value); }
  template <class S>
  static typename S::Float load(const Stored* p) {
    return S::load_half(p);
  }
};

struct FormatBF16 {
  using Stored = std::uint16_t;
  static float one(Stored value) { return bfloat16_to_float(value); }
  template <class S>
  static typename S::Float load(const Stored* p) {
    return S::load_bfloat16(p);
  }
};

/// A row of weights as floats.
template <class S, class F>
void load_row(const typename F::Stored* weights, std::size_t size, float* to) {
  std::size_t k = 0;
  for (; k + S::kLanes <= size; k += S::kLanes) S::store(to + k, F::template load<S>(weights + k));
  for (; k < size; ++k) to[k] = F::one(weights[k]);
}

/// A row of weights times a row of floats.
template <class S, class F>
float dot(const typename F::Stored* weights, const float* x, std::size_t size) {
  constexpr std::size_t kLanes = S::kLanes;
  // An addition takes 4 cycles, so that 4 run at a time; with 8, one thread's F16 weights came 12% faster
  // from memory (Zen 4).
  constexpr std::size_t kSums = 8;
  typename S::Float sums[kSums];
  for (typename S::Float& lanes : sums) lanes = S::zero();
  std::size_t k = 0;
  for (; k + kSums * kLanes <= size; k += kSums * kLanes) {
    for (std::size_t i = 0; i < kSums; ++i) {
      sums[i] = S::fma(F::template load<S>(weights + k + i * kLanes), S::load(x + k + i * kLanes), sums[i]);
    }
  }
  for (; k + kLanes <= size; k += kLanes) {
    sums[0] = S::fma(F::template load<S>(weights + k), S::load(x + k), sums[0]);
  }
  for (std::size_t half = kSums / 2; half > 0; half /= 2) {
    for (std::size_t i = 0; i < half; ++i) sums[i] = S::add(sums[i], sums[i + half]);
  }
  float sum = S::sum(sums[0]);
  for (; k < size; ++k) sum += F::one(weights[k]) * x[k];
  return sum;
}

/// y[c][row] (+)= sum over k of tile[k][row] * x[c][k], for S::kRowVectors vectors of rows, kColumns columns.
template <class S, int kColumns>
void multiply_block(const float* tile, std::size_t tile_stride, const float* x, std::size_t x_stride,
                    std::size_t size, float* y, std::size_t y_stride, bool accumulate) {
  constexpr int kRows = S::kRowVectors;
  typename S::Float sums[kRows][kColumns];
  for (int r = 0; r < kRows; ++r) {
    for (int c = 0; c < kColumns; ++c) {
      sums[r][c] =
          accumulate ? S::load(y + static_cast<std::size_t>(c) * y_stride + r * S::kLanes) : S::zero();
    }
  }
  for (std::size_t k = 0; k < size; ++k) {
    typename S::Float weights[kRows];
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) weights[r] = S::load(tile + k * tile_stride + r * S::kLanes);
#pragma GCC unroll 12
    for (int c = 0; c < kColumns; ++c) {
      const typename S::Float value = S::set1(x[static_cast<std::size_t>(c) * x_stride + k]);
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) sums[r][c] = S::fma(weights[r], value, sums[r][c]);
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int c = 0; c < kColumns; ++c) {
      S::store(y + static_cast<std::size_t>(c) * y_stride + r * S::kLanes, sums[r][c]);
    }
  }
}

/// y[c][row] (+)= sum over k of tile[k][row] * x[c][k]: as many columns at a time as stay in registers, then
/// four, then one by one.
///
/// @param tile  [size][tile_rows]; tile_rows a multiple of S::kRowVectors vectors
/// @param x  [columns], each `size` numbers, x_stride apart
/// @param y  [columns], each tile_rows numbers, y_stride apart
template <class S>
void multiply_tile(const float* tile, std::size_t tile_rows, const float* x, std::size_t x_stride,
                   std::size_t columns, std::size_t size, float* y, std::size_t y_stride, bool accumulate) {
  const auto multiply = [&]<int kCount>(std::size_t c, std::integral_constant<int, kCount>) {
    for (std::size_t row = 0; row < tile_rows; row += S::kRowVectors * S::kLanes) {
      multiply_block<S, kCount>(tile + row, tile_rows, x + c * x_stride, x_stride, size,
                                y + c * y_stride + row, y_stride, accumulate);
    }
    return c + kCount;
  };
  std::size_t c = 0;
  while (c + S::kFloatColumns <= columns) c = multiply(c, std::integral_constant<int, S::kFloatColumns>());
  while (c + 4 <= columns) c = multiply(c, std::integral_constant<int, 4>());
  while (c < columns) c = multiply(c, std::integral_constant<int, 1>());
}

/// y[t][row] = row of a . x[t], for the rows from `begin` to `end` and every t.
template <class S, class F>
void multiply_float_rows(const Matrix& a, const ActivationRows& x, float* y, std::size_t begin,
                         std::size_t end) {
  using Stored = typename F::Stored;
  constexpr std::size_t kFew = 4;  // copying into a tile costs as much as this many products with a row
  const auto stored = [&](std::size_t row) { return reinterpret_cast<const Stored*>(a.row(row)); };
  if (x.n < kFew) {
    for (std::size_t row = begin; row < end; ++row) {
      for (std::size_t t = 0; t < x.n; ++t) {
        y[t * a.rows + row] = dot<S, F>(stored(row), x.values + t * x.cols, x.cols);
      }
    }
    return;
  }
  constexpr std::size_t kRows = 32;
  // 256 KiB of floats, in a second-level cache. Shorter parts of rows come slower from memory: with 128
  // columns prompts of a model in F16 took a quarter longer (Zen 4).
  constexpr std::size_t kCols = 2048;
  alignas(64) static thread_local float tile[kCols * kRows];
  alignas(64) static thread_local float weights[kCols];  // of one row
  alignas(64) float part[S::kFloatColumns * kRows] = {};
  for (std::size_t row = begin; row < end; row += kRows) {
    const std::size_t rows = std::min(kRows, end - row);
    const std::size_t steps =
        (a.cols + kCols - 1) / kCols * ((x.n + S::kFloatColumns - 1) / S::kFloatColumns);
    ReadAhead next(a.row(row + rows), a.row(std::min(row + 2 * kRows, end)), steps);
    for (std::size_t first = 0; first < a.cols; first += kCols) {
      const std::size_t cols = std::min(kCols, a.cols - first);
      for (std::size_t r = 0; r < kRows; ++r) {
        if (r < rows) {
          load_row<S, F>(stored(row + r) + first, cols, weights);
        } else {
          std::fill_n(weights, cols, 0.0f);
        }
        for (std::size_t k = 0; k < cols; ++k) tile[k * kRows + r] = weights[k];
      }
      for (std::size_t t = 0; t < x.n; t += S::kFloatColumns) {
        const std::size_t columns = std::min<std::size_t>(S::kFloatColumns, x.n - t);
        float* const to = y + t * a.rows + row;
        const float* const from = x.values + t * x.cols + first;
        next.step();
        if (rows == kRows) {
          multiply_tile<S>(tile, kRows, from, x.cols, columns, cols, to, a.rows, first > 0);
          continue;
        }
        for (std::size_t c = 0; c < columns; ++c) std::copy_n(to + c * a.rows, rows, part + c * kRows);
        multiply_tile<S>(tile, kRows, from, x.cols, columns, cols, part, kRows, first > 0);
        for (std::size_t c = 0; c < columns; ++c) std::copy_n(part + c * kRows, rows, to + c * a.rows);
      }
    }
  }
}

}  // namespace
}  // namespace kernels::fast
