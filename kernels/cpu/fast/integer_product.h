#pragma once

// Products of quantized weights with activations of 8 bits. Every type of weight becomes, 32 or 16 at a time,
//   weight[i] = scale * quant[i] + minimum,   quant[i] a byte
// (formats.h), so that there is one product for all of them:
//   y = sum over blocks of  scale * x_scale * (quants . x_quants) + minimum * x_scale * (sum of x_quants)
// The inner product is of whole numbers, exact.
//
// For one token a row of weights is unpacked into a small buffer and multiplied: the weights are read once,
// from memory, and that is what takes the time. For a prompt, 32 rows are unpacked once for all tokens, and
// interleaved so that each lane of a vector works on a row of its own and no sum over lanes is needed.

#include <algorithm>
#include <cstring>

#include "fast/activations.h"
#include "fast/formats.h"
#include "kernels/matrix.h"

namespace kernels::fast {
namespace {

/// What a format's quants are on instruction set S: unsigned, or signed where S can multiply those.
template <class S, class F>
constexpr bool is_signed() {
  return F::kSigned && S::kSignedWeights;
}

template <class S, class F>
constexpr bool has_minimum() {
  return F::kHasMinimum || (F::kSigned && !S::kSignedWeights);
}

/// The quants of `count` blocks in a row, and the scales and minima of their sub-blocks.
template <class S, class F>
[[gnu::always_inline]] inline void unpack_blocks(const std::byte* stored, int count, std::uint8_t* quants,
                                                 float* scales, float* minima) {
  const auto* blocks = reinterpret_cast<const typename F::Block*>(stored);
#pragma GCC unroll 8
  for (int b = 0; b < count; ++b) F::template unpack<S>(blocks[b], quants + b * F::kElements);
  F::template scales<S>(blocks, count, scales, minima);
  if constexpr (F::kSigned && !S::kSignedWeights) {
    for (int i = 0; i < count * F::kElements; ++i) quants[i] ^= 0x80;  // + 128
    for (int i = 0; i < count * F::kElements / F::kSubBlock; ++i) minima[i] = -128.0f * scales[i];
  }
}

/// The product of up to 256 weights and activations, added to sums in vectors and a number.
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

  if constexpr (has_minimum<S, F>()) {
    if (sub_blocks % S::kLanes == 0) {
      for (int i = 0; i < sub_blocks; i += S::kLanes) {
        const auto minimum = S::load(minima + i);
        sums[3] = S::fma(minimum, S::load(x_sums + i), sums[3]);
      }
    } else {
      for (int i = 0; i < sub_blocks; ++i) minimum_sum += minima[i] * x_sums[i];
    }
  }
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
    product.fold();
    const auto scale = S::template spread<F::kSubBlock / 4>(scales + first / F::kSubBlock);
    typename S::Float& sum = sums[first / kBytes % 4];
    sum = S::fma(S::from_int(product.total), scale, sum);
  }
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
    add_dot<S, F>(row, kUnit, x.quants + k, x.scales + k / 32, x_sums + k / F::kSubBlock, sums, minimum_sum);
  }
  if (k < x.cols) {
    add_dot<S, F>(row, static_cast<int>(x.cols - k), x.quants + k, x.scales + k / 32,
                  x_sums + k / F::kSubBlock, sums, minimum_sum);
  }
  return S::sum(S::add(S::add(sums[0], sums[1]), S::add(sums[2], sums[3]))) + minimum_sum;
}

/// Rows of a matrix that are unpacked together, and how much of each of them.
constexpr int kTileRows = 32;
constexpr int kTileCols = 512;  // 16 KiB of quants: half of a first-level cache

/// A part of kTileRows rows, unpacked and interleaved.
template <class S, class F>
struct Tile {
  static constexpr int kSubBlocks = kTileCols / F::kSubBlock;
  static constexpr int kVectors = kTileRows / S::kLanes;

  alignas(64) std::uint8_t quants[kVectors][kTileCols / 4][S::kLanes][4];
  alignas(64) float scales[kVectors][kSubBlocks][S::kLanes];
  alignas(64) float minima[kVectors][kSubBlocks][S::kLanes];

  /// @param rows  how many there are; the others of the tile become zeros
  /// @param first_col, cols  which part of them
  void unpack(const Matrix& a, std::size_t first_row, std::size_t rows, std::size_t first_col,
              std::size_t cols) {
    constexpr std::size_t kUnit = 256;
    alignas(64) std::uint8_t row_quants[kUnit] = {};
    alignas(64) float row_scales[kUnit / F::kSubBlock] = {};
    alignas(64) float row_minima[kUnit / F::kSubBlock] = {};
    for (std::size_t row = 0; row < kTileRows; ++row) {
      const std::size_t vector = row / S::kLanes;
      const std::size_t lane = row % S::kLanes;
      if (row == rows) {
        std::memset(row_quants, 0, sizeof(row_quants));
        std::memset(row_scales, 0, sizeof(row_scales));
        std::memset(row_minima, 0, sizeof(row_minima));
      }
      for (std::size_t k = 0; k < cols; k += kUnit) {
        const std::size_t elements = std::min(kUnit, cols - k);
        if (row < rows) {
          const std::byte* stored =
              a.row(first_row + row) + (first_col + k) / F::kElements * sizeof(typename F::Block);
          unpack_blocks<S, F>(stored, static_cast<int>(elements / F::kElements), row_quants, row_scales,
                              row_minima);
        }
        for (std::size_t i = 0; i < elements / 4; ++i) {
          std::memcpy(quants[vector][k / 4 + i][lane], row_quants + 4 * i, 4);
        }
        for (std::size_t i = 0; i < elements / F::kSubBlock; ++i) {
          scales[vector][k / F::kSubBlock + i][lane] = row_scales[i];
          if constexpr (has_minimum<S, F>()) minima[vector][k / F::kSubBlock + i][lane] = row_minima[i];
        }
      }
    }
  }
};

/// y[c][row] (+)= tile row . x row c, for S::kRowVectors vectors of rows and kColumns rows of x.
///
/// @param x  its first row is the first column here, its quants begin where the tile's columns begin
/// @param cols  of the tile, a multiple of 32
/// @param y  of the first of these rows; the next column is y_stride further on
template <class S, class F, int kColumns>
void multiply_block(const Tile<S, F>& tile, int first_vector, const ActivationRows& x, std::size_t first_col,
                    std::size_t cols, float* y, std::size_t y_stride, bool accumulate) {
  using Dot = typename S::template Dot<F::kLargest, is_signed<S, F>()>;
  using Float = typename S::Float;
  using Int = typename S::Int;
  constexpr int kRows = S::kRowVectors;
  constexpr int kSteps = F::kSubBlock / 4;
  constexpr int kSubBlocks = 32 / F::kSubBlock;

  Float sums[kRows][kColumns];
  for (int r = 0; r < kRows; ++r) {
    for (int c = 0; c < kColumns; ++c) {
      sums[r][c] =
          accumulate ? S::load(y + static_cast<std::size_t>(c) * y_stride + r * S::kLanes) : S::zero();
    }
  }
  const std::int8_t* x_quants = x.quants + first_col;
  const float* x_scales = x.scales + first_col / 32;
  const float* x_sums = F::kSubBlock == 32 ? x.sums32 + first_col / 32 : x.sums16 + first_col / 16;
  const std::size_t sums_stride = x.cols / F::kSubBlock;

  for (std::size_t b = 0; b < cols / 32; ++b) {
    for (int s = 0; s < kSubBlocks; ++s) {
      const std::size_t sub = b * kSubBlocks + static_cast<std::size_t>(s);
      Dot products[kRows][kColumns];
#pragma GCC unroll 8
      for (int step = 0; step < kSteps; ++step) {
        const std::size_t k4 = sub * kSteps + static_cast<std::size_t>(step);  // four columns at a time
        Int weights[kRows];
#pragma GCC unroll 4
        for (int r = 0; r < kRows; ++r) weights[r] = S::load_bytes(tile.quants[first_vector + r][k4]);
#pragma GCC unroll 8
        for (int c = 0; c < kColumns; ++c) {
          const Int four = S::broadcast4(x_quants + static_cast<std::size_t>(c) * x.cols + 4 * k4);
#pragma GCC unroll 4
          for (int r = 0; r < kRows; ++r) {
            products[r][c].add(weights[r], four);
            if ((step + 1) % Dot::kFoldEvery == 0 || step + 1 == kSteps) products[r][c].fold();
          }
        }
      }
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
        const Float scale = S::load(tile.scales[first_vector + r][sub]);
#pragma GCC unroll 8
        for (int c = 0; c < kColumns; ++c) {
          const Float x_scale = S::set1(x_scales[static_cast<std::size_t>(c) * (x.cols / 32) + b]);
          sums[r][c] = S::fma(S::from_int(products[r][c].total), S::mul(scale, x_scale), sums[r][c]);
        }
        if constexpr (has_minimum<S, F>()) {
          const Float minimum = S::load(tile.minima[first_vector + r][sub]);
#pragma GCC unroll 8
          for (int c = 0; c < kColumns; ++c) {
            const Float x_sum = S::set1(x_sums[static_cast<std::size_t>(c) * sums_stride + sub]);
            sums[r][c] = S::fma(minimum, x_sum, sums[r][c]);
          }
        }
      }
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int c = 0; c < kColumns; ++c) {
      S::store(y + static_cast<std::size_t>(c) * y_stride + r * S::kLanes, sums[r][c]);
    }
  }
}

/// multiply_block for all rows of the tile and any number of columns; those left over go one by one.
template <class S, class F>
void multiply_columns(const Tile<S, F>& tile, const ActivationRows& x, std::size_t columns,
                      std::size_t first_col, std::size_t cols, float* y, std::size_t y_stride,
                      bool accumulate) {
  for (std::size_t c = 0; c < columns;) {
    const bool whole = columns - c >= S::kColumns;
    for (int vector = 0; vector < kTileRows / S::kLanes; vector += S::kRowVectors) {
      float* const to = y + c * y_stride + vector * S::kLanes;
      if (whole) {
        multiply_block<S, F, S::kColumns>(tile, vector, x.from(c), first_col, cols, to, y_stride, accumulate);
      } else {
        multiply_block<S, F, 1>(tile, vector, x.from(c), first_col, cols, to, y_stride, accumulate);
      }
    }
    c += whole ? S::kColumns : 1;
  }
}

/// y[t][row] = row of a . x[t], for the rows from `begin` to `end` and every t.
template <class S, class F>
void multiply_rows(const Matrix& a, const ActivationRows& x, float* y, std::size_t begin, std::size_t end) {
  constexpr std::size_t kFew = 4;  // unpacking into a tile costs as much as this many products with a row
  if (x.n < kFew) {
    for (std::size_t row = begin; row < end; ++row) {
      for (std::size_t t = 0; t < x.n; ++t) y[t * a.rows + row] = dot<S, F>(a.row(row), x.from(t));
    }
    return;
  }
  static thread_local Tile<S, F> tile;
  alignas(64) float part[S::kColumns * kTileRows] = {};
  for (std::size_t row = begin; row < end; row += kTileRows) {
    const std::size_t rows = std::min<std::size_t>(kTileRows, end - row);
    for (std::size_t first = 0; first < a.cols; first += kTileCols) {
      const std::size_t cols = std::min<std::size_t>(kTileCols, a.cols - first);
      tile.unpack(a, row, rows, first, cols);
      for (std::size_t t = 0; t < x.n; t += S::kColumns) {
        const std::size_t columns = std::min<std::size_t>(S::kColumns, x.n - t);
        float* const to = y + t * a.rows + row;
        if (rows == kTileRows) {
          multiply_columns<S, F>(tile, x.from(t), columns, first, cols, to, a.rows, first > 0);
          continue;
        }
        for (std::size_t c = 0; c < columns; ++c) std::copy_n(to + c * a.rows, rows, part + c * kTileRows);
        multiply_columns<S, F>(tile, x.from(t), columns, first, cols, part, kTileRows, first > 0);
        for (std::size_t c = 0; c < columns; ++c) std::copy_n(part + c * kTileRows, rows, to + c * a.rows);
      }
    }
  }
}

}  // namespace
}  // namespace kernels::fast
