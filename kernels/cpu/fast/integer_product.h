#pragma once

// Products of quantized weights with activations of 8 bits. Every type of weight becomes, 32 or 16 at a time,
//   weight[i] = scale * quant[i] + minimum,   quant[i] a byte
// (formats.h), so that there is one product for all of them:
//   y = sum over sub-blocks of  scale * x_scale * (quants . x_quants) + minimum * x_scale * (sum of x_quants)
// The inner product is of whole numbers, exact. In types with blocks of 256 weights the scale of a sub-block
// is itself a whole number times the block's.
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

/// Columns of x that a product keeps in registers.
template <class S, class F>
constexpr int columns() {
  return is_signed<S, F>() ? S::kSignedColumns : S::kColumns;
}

template <class S, class F>
constexpr bool has_minimum() {
  return F::kHasMinimum || (F::kSigned && !S::kSignedWeights);
}

/// Whether the scales of sub-blocks are whole numbers.
template <class F>
constexpr bool has_whole_scales() {
  return F::kElements == 256;
}

/// The bytes as instruction set S wants them, where a format's are signed and S multiplies unsigned ones.
template <class S, class F>
[[gnu::always_inline]] inline void make_unsigned(std::uint8_t* quants, int count) {
  if constexpr (F::kSigned && !S::kSignedWeights) {
    for (int i = 0; i < count; ++i) quants[i] ^= 0x80;  // + 128
  }
}

/// The quants of `count` blocks of 32 in a row, and their scales and minima.
template <class S, class F>
[[gnu::always_inline]] inline void unpack_blocks(const std::byte* stored, int count, std::uint8_t* quants,
                                                 float* scales, float* minima) {
  const auto* blocks = reinterpret_cast<const typename F::Block*>(stored);
#pragma GCC unroll 8
  for (int b = 0; b < count; ++b) F::template unpack<S>(blocks[b], quants + b * F::kElements);
  F::template scales<S>(blocks, count, scales, minima);
  make_unsigned<S, F>(quants, count * F::kElements);
  if constexpr (F::kSigned && !S::kSignedWeights) {
    for (int i = 0; i < count; ++i) minima[i] = -128.0f * scales[i];
  }
}

/// The same for a block of 256: scales are whole numbers.
/// @return  what the scales, but not the minima, are to be multiplied with
template <class S, class F>
[[gnu::always_inline]] inline float unpack_block(const std::byte* stored, std::uint8_t* quants,
                                                 std::int16_t* scales, float* minima) {
  const auto& block = *reinterpret_cast<const typename F::Block*>(stored);
  F::template unpack<S>(block, quants);
  const float scale = F::template scales<S>(block, scales, minima);
  make_unsigned<S, F>(quants, F::kElements);
  if constexpr (F::kSigned && !S::kSignedWeights) {
    for (int g = 0; g < F::kElements / F::kSubBlock; ++g) {
      minima[g] = -128.0f * scale * static_cast<float>(scales[g]);
    }
  }
  return scale;
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
  alignas(64) float minima[kVectors][has_minimum<S, F>() ? kSubBlocks : 1][S::kLanes];

  /// @param rows  how many there are; the others of the tile become zeros
  /// @param first_col, cols  which part of them
  void unpack(const Matrix& a, std::size_t first_row, std::size_t rows, std::size_t first_col,
              std::size_t cols) {
    constexpr std::size_t kUnit = 256;
    alignas(64) std::uint8_t unit_quants[8][kUnit];
    for (std::size_t eight = 0; eight < kTileRows; eight += 8) {
      for (std::size_t k = 0; k < cols; k += kUnit) {
        const std::size_t elements = std::min(kUnit, cols - k);
        for (std::size_t row = eight; row < eight + 8; ++row) {
          unpack_unit(a, first_row, row, rows, first_col, k, elements, unit_quants[row - eight]);
        }
        S::template interleave_8_rows<kUnit>(unit_quants[0], elements,
                                             &quants[eight / S::kLanes][k / 4][eight % S::kLanes][0],
                                             sizeof(quants[0][0]));
      }
    }
  }

 private:
  /// Up to 256 columns of one row from column k of the tile on: scales and minima go to their places.
  void unpack_unit(const Matrix& a, std::size_t first_row, std::size_t row, std::size_t rows,
                   std::size_t first_col, std::size_t k, std::size_t elements, std::uint8_t* unit_quants) {
    constexpr std::size_t kUnit = 256;
    alignas(64) float unit_scales[kUnit / 16] = {};
    alignas(64) float unit_minima[kUnit / 16] = {};
    if (row >= rows) {
      std::memset(unit_quants, 0, elements);
    } else {
      const std::byte* stored =
          a.row(first_row + row) + (first_col + k) / F::kElements * sizeof(typename F::Block);
      if constexpr (has_whole_scales<F>()) {
        alignas(64) std::int16_t whole_scales[kUnit / F::kSubBlock];
        const float scale = unpack_block<S, F>(stored, unit_quants, whole_scales, unit_minima);
        for (std::size_t i = 0; i < kUnit / F::kSubBlock; ++i) {
          unit_scales[i] = scale * static_cast<float>(whole_scales[i]);
        }
      } else {
        unpack_blocks<S, F>(stored, static_cast<int>(elements / F::kElements), unit_quants, unit_scales,
                            unit_minima);
      }
    }
    const std::size_t vector = row / S::kLanes;
    const std::size_t lane = row % S::kLanes;
    for (std::size_t i = 0; i < elements / F::kSubBlock; ++i) {
      const std::size_t sub = k / F::kSubBlock + i;
      scales[vector][sub][lane] = unit_scales[i];
      if constexpr (has_minimum<S, F>()) minima[vector][sub][lane] = unit_minima[i];
    }
  }
};

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
        for (int c = 0; c < kColumns; ++c) products[r][c].add_to(totals[r][c]);
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
  const std::size_t scales_stride = x.cols / 32;
  const std::size_t sums_stride = x.cols / F::kSubBlock;

  for (std::size_t b = 0; b < cols / 32; ++b) {
    for (std::size_t sub = b * kSubBlocks; sub < (b + 1) * kSubBlocks; ++sub) {
      typename S::Total totals[kRows][kColumns];
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
        for (int c = 0; c < kColumns; ++c) totals[r][c] = S::no_total();
      }
      add_sub_block<S, F, kColumns>(tile, first_vector, sub, x_quants, x.cols, totals);
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
        const Float scale = S::load(tile.scales[first_vector + r][sub]);
#pragma GCC unroll 8
        for (int c = 0; c < kColumns; ++c) {
          const Float x_scale = S::set1(x_scales[static_cast<std::size_t>(c) * scales_stride + b]);
          sums[r][c] = S::fma(S::from_int(totals[r][c]), S::mul(scale, x_scale), sums[r][c]);
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
void multiply_columns(const Tile<S, F>& tile, const ActivationRows& x, std::size_t count,
                      std::size_t first_col, std::size_t cols, float* y, std::size_t y_stride,
                      bool accumulate) {
  constexpr int kColumns = columns<S, F>();
  for (std::size_t c = 0; c < count;) {
    const bool whole = count - c >= kColumns;
    for (int vector = 0; vector < kTileRows / S::kLanes; vector += S::kRowVectors) {
      float* const to = y + c * y_stride + vector * S::kLanes;
      if (whole) {
        multiply_block<S, F, kColumns>(tile, vector, x.from(c), first_col, cols, to, y_stride, accumulate);
      } else {
        multiply_block<S, F, 1>(tile, vector, x.from(c), first_col, cols, to, y_stride, accumulate);
      }
    }
    c += whole ? kColumns : 1;
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
  constexpr int kColumns = columns<S, F>();
  static thread_local Tile<S, F> tile;
  alignas(64) float part[kColumns * kTileRows] = {};
  for (std::size_t row = begin; row < end; row += kTileRows) {
    const std::size_t rows = std::min<std::size_t>(kTileRows, end - row);
    for (std::size_t first = 0; first < a.cols; first += kTileCols) {
      const std::size_t cols = std::min<std::size_t>(kTileCols, a.cols - first);
      tile.unpack(a, row, rows, first, cols);
      for (std::size_t t = 0; t < x.n; t += kColumns) {
        const std::size_t count = std::min<std::size_t>(kColumns, x.n - t);
        float* const to = y + t * a.rows + row;
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
