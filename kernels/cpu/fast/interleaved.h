#pragma once

// Weights rearranged for a processor's vectors, once, when a model is loaded: as many rows as a vector has
// lanes stand side by side, so that each lane works on a row of its own. A product then needs no sum over
// lanes, and the scales of a vector are read with one load. For one token it takes a third of the
// instructions that rows as files have them take; memory is read at the same rate, but more of it arrives.
//
// kLanes rows of kCols columns make a unit. In it, one behind the other:
//   quants  vectors of kLanes x 4 bytes. Byte j of lane r in vector v has weight 8 v + j of row r in its low
//           half and weight 8 v + 4 + j in its high half. With 5 and 6 bits a weight there is a vector with
//           upper bits behind every 4 or 2 such vectors: byte j of its lane r has those of weight 4 s + j
//           from bit s or 2 s on
//   scales  blocks of 32 weights: a half for each of them and each lane: [kSubBlocks][kLanes]
//           blocks of 256: a half for each lane, then, if the format has minima, a half for each lane, then
//           whole numbers of one byte, [kSubBlocks][kLanes]; then, if it has minima, those of the minima
//
// Weights of 8 bits stay as they are: they need few instructions for many bytes, and gained 3% only.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "fast/formats.h"
#include "fast/unpack.h"
#include "kernels/matrix.h"

namespace kernels::fast {
namespace {

/// How a format is interleaved:
///   kBits          of a weight; 0: it stays as it is
///   kSignedScales  whole scales may be negative
template <class F>
struct Interleaving {
  static constexpr int kBits = 0;
};
template <>
struct Interleaving<FormatQ4_0> {
  static constexpr int kBits = 4;
  static constexpr bool kSignedScales = false;
};
template <>
struct Interleaving<FormatQ4_K> {
  static constexpr int kBits = 4;
  static constexpr bool kSignedScales = false;
};
template <>
struct Interleaving<FormatQ5_K> {
  static constexpr int kBits = 5;
  static constexpr bool kSignedScales = false;
};
template <>
struct Interleaving<FormatQ6_K> {
  static constexpr int kBits = 6;
  static constexpr bool kSignedScales = true;
};

template <class F>
constexpr bool can_interleave() {
  return Interleaving<F>::kBits != 0;
}

inline int scale_byte(const BlockQ4_K& block, int sub) { return group_scale(block.scales, sub).scale; }
inline int scale_byte(const BlockQ5_K& block, int sub) { return group_scale(block.scales, sub).scale; }
inline int scale_byte(const BlockQ6_K& block, int sub) { return block.scales[sub]; }

/// A unit as it lies in memory: a view.
template <class S, class F>
class Unit {
  using Parts = Interleaving<F>;
  using Int = typename S::Int;
  using Float = typename S::Float;

 public:
  static constexpr int kLanes = S::kLanes;
  static constexpr int kCols = F::kElements == 256 ? 256 : 64;
  static constexpr int kSubBlocks = kCols / F::kSubBlock;
  static constexpr int kSteps = kCols / 4;  ///< vectors of weights: four of each row
  static constexpr bool kWholeScales = has_whole_scales<F>();

 private:
  static constexpr int kVectorBytes = 4 * kLanes;
  static constexpr int kHighBits = Parts::kBits - 4;
  // Vectors of lower bits, and the one with the upper bits of the same weights behind them.
  static constexpr int kGroupSteps = kHighBits > 0 ? 8 / kHighBits : 2;
  static constexpr int kGroupVectors = kGroupSteps / 2 + (kHighBits > 0 ? 1 : 0);
  static constexpr int kVectors = kSteps / kGroupSteps * kGroupVectors;
  static constexpr int kHalvesAt = kVectors * kVectorBytes;
  static constexpr int kHalves = kWholeScales ? (F::kHasMinimum ? 2 : 1) : kSubBlocks;
  static constexpr int kWholeAt = kHalvesAt + kHalves * kLanes * 2;
  static constexpr int kEnd = kWholeAt + (kWholeScales ? kSubBlocks * kLanes * (F::kHasMinimum ? 2 : 1) : 0);

 public:
  /// Whole vectors: a load that crosses a line of the cache costs two.
  static constexpr int kBytes = (kEnd + kVectorBytes - 1) / kVectorBytes * kVectorBytes;

  explicit Unit(const std::byte* data) : data_(reinterpret_cast<const std::uint8_t*>(data)) {}

  /// Weights 4 step to 4 step + 3 of every row.
  [[gnu::always_inline]] Int weights(int step) const {
    const std::uint8_t* const group = data_ + step / kGroupSteps * kGroupVectors * kVectorBytes;
    const Int both = S::load_bytes(group + step % kGroupSteps / 2 * kVectorBytes);
    const Int low =
        step % 2 == 0 ? S::keep_bits(both, 15) : S::keep_bits(S::template shift_right<4>(both), 15);
    if constexpr (kHighBits == 2) {
      const Int high = S::load_bytes(group + kGroupSteps / 2 * kVectorBytes);
      switch (step % 4) {
        case 0:
          return S::join(low, S::keep_bits(S::template shift_left<4>(high), 48));
        case 1:
          return S::join(low, S::keep_bits(S::template shift_left<2>(high), 48));
        case 2:
          return S::join(low, S::keep_bits(high, 48));
        default:
          return S::join(low, S::keep_bits(S::template shift_right<2>(high), 48));
      }
    } else if constexpr (kHighBits == 1) {
      const Int high = S::load_bytes(group + kGroupSteps / 2 * kVectorBytes);
      switch (step % 8) {
        case 0:
          return S::join(low, S::keep_bits(S::template shift_left<4>(high), 16));
        case 1:
          return S::join(low, S::keep_bits(S::template shift_left<3>(high), 16));
        case 2:
          return S::join(low, S::keep_bits(S::template shift_left<2>(high), 16));
        case 3:
          return S::join(low, S::keep_bits(S::template shift_left<1>(high), 16));
        case 4:
          return S::join(low, S::keep_bits(high, 16));
        case 5:
          return S::join(low, S::keep_bits(S::template shift_right<1>(high), 16));
        case 6:
          return S::join(low, S::keep_bits(S::template shift_right<2>(high), 16));
        default:
          return S::join(low, S::keep_bits(S::template shift_right<3>(high), 16));
      }
    } else {
      return low;
    }
  }

  /// Blocks of 32: the scale of a sub-block; blocks of 256: what its whole scales are to be multiplied with.
  Float scale(int sub) const { return S::load_half(halves(kWholeScales ? 0 : sub)); }
  /// Blocks of 256 with minima: what the whole minima are to be multiplied with.
  Float minimum_scale() const { return S::load_half(halves(1)); }
  /// Blocks of 256: whole scales and minima, as numbers and as Dot::add_to wants them.
  Float whole_scale(int sub) const { return S::load_int8(whole(sub)); }
  Float whole_minimum(int sub) const { return S::load_int8(whole(kSubBlocks + sub)); }
  Int packed_scale(int sub) const { return S::template lane_scales<Parts::kSignedScales>(whole(sub)); }

  /// Writes the unit of rows that begin at `rows`, each `stride` bytes further on.
  static void write(const std::byte* rows, std::size_t stride, std::byte* to) {
    auto* const out = reinterpret_cast<std::uint8_t*>(to);
    alignas(64) std::uint8_t quants[8][kCols];
    alignas(64) std::uint8_t steps[kSteps][kVectorBytes];
    std::memset(out + kEnd, 0, kBytes - kEnd);
    for (int eight = 0; eight < kLanes; eight += 8) {
      for (int row = 0; row < 8; ++row) {
        const auto* blocks =
            reinterpret_cast<const typename F::Block*>(rows + static_cast<std::size_t>(eight + row) * stride);
        for (int b = 0; b < kCols / F::kElements; ++b) {
          F::template unpack<S>(blocks[b], quants[row] + b * F::kElements);
        }
        write_scales(blocks, eight + row, out);
      }
      S::template interleave_8_rows<kCols>(quants[0], kCols, steps[0] + 4 * eight, kVectorBytes);
    }
    for (int step = 0; step < kSteps; step += kGroupSteps) {
      write_group(steps + step, out + step / kGroupSteps * kGroupVectors * kVectorBytes,
                  std::make_integer_sequence<int, kGroupSteps>());
    }
  }

 private:
  /// Lower halves of bytes two in one, then the upper bits, those of step s from bit s * kHighBits on.
  template <int... kStep>
  [[gnu::always_inline]] static void write_group(const std::uint8_t (*steps)[kVectorBytes], std::uint8_t* to,
                                                 std::integer_sequence<int, kStep...>) {
    for (int step = 0; step < kGroupSteps; step += 2, to += kVectorBytes) {
      const Int even = S::keep_bits(S::load_bytes(steps[step]), 15);
      const Int odd = S::keep_bits(S::load_bytes(steps[step + 1]), 15);
      S::store_bytes(to, S::join(even, S::template shift_left<4>(odd)));
    }
    if constexpr (kHighBits > 0) {
      const auto upper = [&](int s) {
        return S::keep_bits(S::template shift_right<4>(S::load_bytes(steps[s])), (1 << kHighBits) - 1);
      };
      Int all = upper(0);
      ((all = S::join(all, S::template shift_left<kStep * kHighBits>(upper(kStep)))), ...);
      S::store_bytes(to, all);
    }
  }

  const std::uint16_t* halves(int i) const {
    return reinterpret_cast<const std::uint16_t*>(data_ + kHalvesAt) + i * kLanes;
  }
  const std::int8_t* whole(int i) const {
    return reinterpret_cast<const std::int8_t*>(data_ + kWholeAt) + i * kLanes;
  }

  static void write_scales(const typename F::Block* blocks, int lane, std::uint8_t* out) {
    const auto put_half = [&](int i, std::uint16_t half) {
      std::memcpy(out + kHalvesAt + 2 * (i * kLanes + lane), &half, 2);
    };
    if constexpr (kWholeScales) {
      put_half(0, blocks->scale);
      if constexpr (F::kHasMinimum) put_half(1, blocks->minimum);
      for (int sub = 0; sub < kSubBlocks; ++sub) {
        out[kWholeAt + sub * kLanes + lane] = static_cast<std::uint8_t>(scale_byte(*blocks, sub));
        if constexpr (F::kHasMinimum) {
          out[kWholeAt + (kSubBlocks + sub) * kLanes + lane] =
              static_cast<std::uint8_t>(group_scale(blocks->scales, sub).minimum);
        }
      }
    } else {
      for (int sub = 0; sub < kSubBlocks; ++sub) put_half(sub, blocks[sub].scale);
    }
  }

  const std::uint8_t* data_;
};

/// Bytes of a row among interleaved ones; 0 if such a matrix stays as it is.
template <class S, class F>
std::size_t interleaved_row_bytes(const Matrix& a) {
  if constexpr (can_interleave<F>()) {
    using U = Unit<S, F>;
    if (a.rows % S::kLanes == 0 && a.cols % U::kCols == 0) return a.cols / U::kCols * U::kBytes / S::kLanes;
  }
  return 0;
}

/// Writes the rows from `begin` to `end`, multiples of kLanes, to their places in `to`, which is for all
/// rows.
template <class S, class F>
void interleave_rows(const Matrix& a, std::size_t begin, std::size_t end, std::byte* to) {
  if constexpr (can_interleave<F>()) {
    using U = Unit<S, F>;
    const std::size_t row_bytes = interleaved_row_bytes<S, F>(a);
    for (std::size_t row = begin; row < end; row += S::kLanes) {
      for (std::size_t unit = 0; unit < a.cols / U::kCols; ++unit) {
        U::write(a.row(row) + unit * (U::kCols / F::kElements) * sizeof(typename F::Block), a.row_bytes(),
                 to + row * row_bytes + unit * U::kBytes);
      }
    }
  }
}

}  // namespace
}  // namespace kernels::fast
