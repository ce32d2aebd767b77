#pragma once

// Products of quantized weights with activations of 8 bits. Every type of weight becomes, 32 or 16 at a time,
//   weight[i] = scale * (quant[i] - offset) + minimum,   quant[i] a byte
// (formats.h), so that there is one product for all of them:
//   y = sum over sub-blocks of  scale * x_scale * (quants . x_quants - offset * (sum of x_quants))
//                               + minimum * x_scale * (sum of x_quants)
// The inner product is of whole numbers, exact. In types with blocks of 256 weights the scale of a sub-block
// is itself a whole number times the block's.
//
// For one token a row of weights is unpacked into a small buffer and multiplied: the weights are read once,
// from memory, and that is what takes the time. For a prompt, 32 rows are unpacked once for all tokens, and
// interleaved so that each lane of a vector works on a row of its own and no sum over lanes is needed.

#include <algorithm>
#include <type_traits>

#include "fast/activations.h"
#include "fast/interleaved_product.h"
#include "fast/prefetch.h"
#include "fast/row_product.h"
#include "fast/tile.h"
#include "kernels/matrix.h"

namespace kernels::fast {
namespace {

/// totals[r][c] += quants of a sub-block . x_quants, for each of kRowVectors vectors of rows.
///
/// @param x_quants  of the first column; the next is x_stride further on
template <class S, class F, int kColumns>
[[gnu::always_inline]] inline void add_sub_block(const Tile<S, F>& tile, int first_vector, std::size_t sub,
                                                 const std::int8_t* x_quants, std::size_t x_stride,
                                                 typename S::Total (&totals)[S::kRowVectors][kColumns]) {
  using Dot = typename S::template Dot<F::kLargest, is_signed<S, F>()>;
  using Int = typename S::Int;
  constexpr int kRows = S::kRowVectors;
  constexpr int kSteps = F::kSubBlock / 4;  // of four columns
  constexpr int kFold = std::min(Dot::kFoldEvery, kSteps);
  // Narrow sums and totals do not fit into the registers together. Where a few steps fill a narrow sum, it is
  // made and added for one column after the other, and the totals stay; else the narrow sums of all columns
  // do.
#pragma GCC unroll 8
  for (int first = 0; first < kSteps; first += kFold) {
    const std::size_t k4 = sub * kSteps + static_cast<std::size_t>(first);
    if constexpr (kFold <= 2) {
      Int weights[kRows][kFold];
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
        for (int step = 0; step < kFold; ++step) {
          weights[r][step] =
              S::load_to_register(tile.quants[first_vector + r][k4 + static_cast<std::size_t>(step)]);
        }
      }
#pragma GCC unroll 8
      for (int c = 0; c < kColumns; ++c) {
        Dot products[kRows];
#pragma GCC unroll 2
        for (int step = 0; step < kFold; ++step) {
          const Int four = S::broadcast4(x_quants + static_cast<std::size_t>(c) * x_stride +
                                         4 * (k4 + static_cast<std::size_t>(step)));
#pragma GCC unroll 4
          for (int r = 0; r < kRows; ++r) products[r].add(weights[r][step], four);
        }
#pragma GCC unroll 4
        for (int r = 0; r < kRows; ++r) products[r].add_to(totals[r][c]);
      }
    } else {
      Dot products[kRows][kColumns];
      if constexpr (Dot::kIsWide) {  // sums go on from the totals
#pragma GCC unroll 4
        for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
          for (int c = 0; c < kColumns; ++c) products[r][c].sum = totals[r][c];
        }
      }
#pragma GCC unroll 8
      for (int step = 0; step < kFold; ++step) {
        Int weights[kRows];
#pragma GCC unroll 4
        for (int r = 0; r < kRows; ++r) {
          weights[r] =
              S::load_to_register(tile.quants[first_vector + r][k4 + static_cast<std::size_t>(step)]);
        }
#pragma GCC unroll 8
        for (int c = 0; c < kColumns; ++c) {
          const Int four = S::broadcast4(x_quants + static_cast<std::size_t>(c) * x_stride +
                                         4 * (k4 + static_cast<std::size_t>(step)));
#pragma GCC unroll 4
          for (int r = 0; r < kRows; ++r) products[r][c].add(weights[r], four);
        }
      }
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
        for (int c = 0; c < kColumns; ++c) {
          if constexpr (Dot::kIsWide) {
            totals[r][c] = products[r][c].sum;
          } else {
            products[r][c].add_to(totals[r][c]);
          }
        }
      }
    }
  }
}

/// y[c][row] (+)= tile row . x row c, for S::kRowVectors vectors of rows and kColumns rows of x.
///
/// @param x  its first row is the first column here, its quants begin where the tile's columns begin
/// @param cols  of the tile, a multiple of F::kElements
/// @param y  of the first of these rows; the next column is y_stride further on
///
/// Not inlined: in the middle of its callers GCC has too few registers for it, and it takes a fifth longer.
template <class S, class F, int kColumns>
[[gnu::noinline]] void multiply_block(const Tile<S, F>& tile, int first_vector, const ActivationRows& x,
                                      std::size_t first_col, std::size_t cols, float* y, std::size_t y_stride,
                                      bool accumulate) {
  using Float = typename S::Float;
  constexpr int kRows = S::kRowVectors;
  constexpr std::size_t kSubBlocks = 32 / F::kSubBlock;  // which share a scale of x
  constexpr int kOffset = offset<S, F>();

  Float sums[kRows][kColumns];
  for (int r = 0; r < kRows; ++r) {
    for (int c = 0; c < kColumns; ++c) {
      sums[r][c] =
          accumulate ? S::load(y + static_cast<std::size_t>(c) * y_stride + r * S::kLanes) : S::zero();
    }
  }
  const std::int8_t* x_quants = x.quants + first_col;
  const float* x_scales = x.scales + first_col / 32;
  const float* x_sums = (F::kSubBlock == 32 ? x.sums32 : x.sums16) + first_col / F::kSubBlock;
  const std::int32_t* quant_sums =
      (F::kSubBlock == 32 ? x.quant_sums32 : x.quant_sums16) + first_col / F::kSubBlock;
  const std::size_t scales_stride = x.cols / 32;
  const std::size_t sums_stride = x.cols / F::kSubBlock;

  for (std::size_t b = 0; b < cols / 32; ++b) {
    Float products[kRows][kColumns];  // of 32 weights, without the scale of x
#pragma GCC unroll 2
    for (std::size_t i = 0; i < kSubBlocks; ++i) {
      const std::size_t sub = b * kSubBlocks + i;
      typename S::Total totals[kRows][kColumns];
#pragma GCC unroll 8
      for (int c = 0; c < kColumns; ++c) {
        const std::size_t at = static_cast<std::size_t>(c) * sums_stride + sub;
        // What is to be taken from every quant is there from the start: that costs no multiplication.
        const auto start = kOffset == 0 ? S::no_total() : S::set1_total(-kOffset * quant_sums[at]);
#pragma GCC unroll 4
        for (int r = 0; r < kRows; ++r) totals[r][c] = start;
      }
      add_sub_block<S, F, kColumns>(tile, first_vector, sub, x_quants, x.cols, totals);
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
        const Float scale = S::load(tile.scales[first_vector + r][sub]);
#pragma GCC unroll 8
        for (int c = 0; c < kColumns; ++c) {
          const Float product = S::from_int(totals[r][c]);
          products[r][c] = i == 0 ? S::mul(product, scale) : S::fma(product, scale, products[r][c]);
        }
        if constexpr (F::kHasMinimum) {
          const Float minimum = S::load(tile.minima[first_vector + r][sub]);
#pragma GCC unroll 8
          for (int c = 0; c < kColumns; ++c) {
            const Float x_sum = S::set1(x_sums[static_cast<std::size_t>(c) * sums_stride + sub]);
            sums[r][c] = S::fma(minimum, x_sum, sums[r][c]);
          }
        }
      }
    }
#pragma GCC unroll 8
    for (int c = 0; c < kColumns; ++c) {
      const Float x_scale = S::set1(x_scales[static_cast<std::size_t>(c) * scales_stride + b]);
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) sums[r][c] = S::fma(products[r][c], x_scale, sums[r][c]);
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int c = 0; c < kColumns; ++c) {
      S::store(y + static_cast<std::size_t>(c) * y_stride + r * S::kLanes, sums[r][c]);
    }
  }
}

/// multiply_block for all rows of the tile and any number of columns: as many at a time as stay in registers,
/// then half as many, then one by one.
template <class S, class F>
void multiply_columns(const Tile<S, F>& tile, const ActivationRows& x, std::size_t count,
                      std::size_t first_col, std::size_t cols, float* y, std::size_t y_stride,
                      bool accumulate) {
  constexpr int kColumns = columns<S, F>();
  const auto multiply = [&]<int kCount>(std::size_t c, std::integral_constant<int, kCount>) {
    for (int vector = 0; vector < kTileRows / S::kLanes; vector += S::kRowVectors) {
      multiply_block<S, F, kCount>(tile, vector, x.from(c), first_col, cols,
                                   y + c * y_stride + vector * S::kLanes, y_stride, accumulate);
    }
    return c + kCount;
  };
  std::size_t c = 0;
  while (c + kColumns <= count) c = multiply(c, std::integral_constant<int, kColumns>());
  if (c + kColumns / 2 <= count) c = multiply(c, std::integral_constant<int, kColumns / 2>());
  while (c < count) c = multiply(c, std::integral_constant<int, 1>());
}

/// y[t][row] = row of a . x[t], for the rows from `begin` to `end` and every t.
template <class S, class F>
void multiply_few(const Matrix& a, const ActivationRows& x, float* y, std::size_t begin, std::size_t end) {
  if constexpr (can_interleave<F>()) {
    if (a.is_interleaved()) {
      for (std::size_t row = begin; row < end; row += S::kLanes) {
        for (std::size_t t = 0; t < x.n; ++t)
          multiply_lanes<S, F>(a.row(row), x.from(t), y + t * a.rows + row);
      }
      return;
    }
  }
  for (std::size_t row = begin; row < end; ++row) {
    for (std::size_t t = 0; t < x.n; ++t)
      y[t * a.rows + row] = dot<typename S::ForRows, F>(a.row(row), x.from(t));
  }
}

/// The same, in the way that is best for so many rows of x.
template <class S, class F>
void multiply_rows(const Matrix& a, const ActivationRows& x, float* y, std::size_t begin, std::size_t end) {
  constexpr std::size_t kFew = 4;  // unpacking into a tile costs as much as this many products with a row
  if (x.n < kFew) return multiply_few<S, F>(a, x, y, begin, end);
  constexpr int kColumns = columns<S, F>();
  static thread_local Tile<S, F> tile;
  alignas(64) float part[kColumns * kTileRows] = {};
  for (std::size_t row = begin; row < end; row += kTileRows) {
    const std::size_t rows = std::min<std::size_t>(kTileRows, end - row);
    const std::size_t steps = (a.cols + kTileCols - 1) / kTileCols * ((x.n + kColumns - 1) / kColumns);
    ReadAhead next(a.row(row + rows), a.row(std::min(row + 2 * kTileRows, end)), steps);
    for (std::size_t first = 0; first < a.cols; first += kTileCols) {
      const std::size_t cols = std::min<std::size_t>(kTileCols, a.cols - first);
      if constexpr (can_interleave<F>()) {
        if (a.is_interleaved()) {
          tile.unpack_interleaved(a, row, rows, first, cols);
        } else {
          tile.unpack(a, row, rows, first, cols);
        }
      } else {
        tile.unpack(a, row, rows, first, cols);
      }
      for (std::size_t t = 0; t < x.n; t += kColumns) {
        const std::size_t count = std::min<std::size_t>(kColumns, x.n - t);
        float* const to = y + t * a.rows + row;
        next.step();
        prefetch_to_write(to + count * a.rows, a.rows, std::min<std::size_t>(kColumns, x.n - t - count),
                          rows);
        if (rows == kTileRows) {
          multiply_columns<S, F>(tile, x.from(t), count, first, cols, to, a.rows, first > 0);
          continue;
        }
        for (std::size_t c = 0; c < count; ++c) std::copy_n(to + c * a.rows, rows, part + c * kTileRows);
        multiply_columns<S, F>(tile, x.from(t), count, first, cols, part, kTileRows, first > 0);
        for (std::size_t c = 0; c < count; ++c) std::copy_n(part + c * kTileRows, rows, to + c * a.rows);
      }
    }
  }
}

}  // namespace
}  // namespace kernels::fast
