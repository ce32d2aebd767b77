#pragma once

// Rows of weights as bytes, for products with many rows of activations.

#include <algorithm>
#include <cstring>

#include "fast/interleaved.h"
#include "fast/unpack.h"
#include "kernels/matrix.h"

namespace kernels::fast {
namespace {

/// Rows of a matrix that are unpacked together, and how much of each of them: 64 KiB of quants, which a
/// second-level cache holds and hands over in order. With a quarter of that, for the first level, the sums of
/// a block of products are read and written four times as often, and prompts took a tenth longer (Zen 4).
constexpr int kTileRows = 32;
constexpr int kTileCols = 2048;

/// A part of kTileRows rows, unpacked and interleaved.
template <class S, class F>
struct Tile {
  static constexpr int kSubBlocks = kTileCols / F::kSubBlock;
  static constexpr int kVectors = kTileRows / S::kLanes;

  alignas(64) std::uint8_t quants[kVectors][kTileCols / 4][S::kLanes][4];
  alignas(64) float scales[kVectors][kSubBlocks][S::kLanes];
  alignas(64) float minima[kVectors][F::kHasMinimum ? kSubBlocks : 1][S::kLanes];

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

  /// The same of interleaved rows. `rows` and the rows before are whole units, `cols` and `first_col` too.
  void unpack_interleaved(const Matrix& a, std::size_t first_row, std::size_t rows, std::size_t first_col,
                          std::size_t cols) {
    using U = Unit<S, F>;
    for (std::size_t vector = 0; vector < kVectors; ++vector) {
      const std::size_t row = vector * S::kLanes;
      if (row >= rows) {
        std::memset(quants[vector], 0, sizeof(quants[vector]));
        std::memset(scales[vector], 0, sizeof(scales[vector]));
        std::memset(minima[vector], 0, sizeof(minima[vector]));
        continue;
      }
      const std::byte* stored = a.row(first_row + row) + first_col / U::kCols * U::kBytes;
      for (std::size_t k = 0; k < cols; k += U::kCols, stored += U::kBytes) {
        unpack_lanes(U(stored), vector, k);
      }
    }
  }

 private:
  void unpack_lanes(const Unit<S, F>& unit, std::size_t vector, std::size_t k) {
    using U = Unit<S, F>;
#pragma GCC unroll 16
    for (int step = 0; step < U::kSteps; ++step) {
      S::store_bytes(quants[vector][k / 4 + static_cast<std::size_t>(step)], unit.weights(step));
    }
    typename S::Float minimum_scale = S::zero();
    typename S::Float scale = S::zero();
    if constexpr (U::kWholeScales) scale = unit.scale(0);
    if constexpr (F::kHasMinimum) minimum_scale = S::sub(S::zero(), unit.minimum_scale());
    for (int i = 0; i < U::kSubBlocks; ++i) {
      const std::size_t sub = k / F::kSubBlock + static_cast<std::size_t>(i);
      const auto sub_scale = U::kWholeScales ? S::mul(scale, unit.whole_scale(i)) : unit.scale(i);
      S::store(scales[vector][sub], sub_scale);
      if constexpr (F::kHasMinimum) {
        S::store(minima[vector][sub], S::mul(minimum_scale, unit.whole_minimum(i)));
      }
    }
  }

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
      if constexpr (F::kHasMinimum) minima[vector][sub][lane] = unit_minima[i];
    }
  }
};

}  // namespace
}  // namespace kernels::fast
