#pragma once

// Weights rearranged once for a processor's vectors: as many rows as a vector has
// lanes stand side by side, so that each lane works on a row of its own. A product then needs no sum over
// lanes, and the scales of a vector are read with one load. For one token it takes a third of the
// instructions that rows as files have them take; memory is read at the same rate, but more of it arrives.
//
// kLanes rows of kCols columns make a unit. In it, one behind the other:
//   quants  steps of four weights of each row. Lane r of a vector has 4 bytes of row r, byte j for weight j
//           of a step. The lower 4 bits of two steps are in one vector (or the lower 2 bits of four), those
//           of the first step lowest. What quants have of upper bits, 1 or 2 of each, is in a vector behind
//           the 4 or 2 vectors it belongs to, in the same order.
//   scales  blocks of 32 weights: a half for each of them and each lane: [kSubBlocks][kLanes]
//           blocks of 256: a half for each lane, then, if the format has minima, a half for each lane, then
//           whole numbers of one byte, [kSubBlocks][kLanes]; then, if it has minima, those of the minima,
//           but for Q2_K, which has both in one byte, as in the file: in two, tokens took twice as long
//
// Weights of 8 bits stay as they are: they need few instructions for many bytes, and gained 3% only.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "fast/formats.h"
#include "fast/unpack.h"
#include "kernels/matrix.h"

namespace kernels::fast {
namespace {

/// How many bits of a quant are in the vectors of lower bits, and in those of upper ones. None: the format
/// stays as it is.
template <int kLow, int kHigh>
struct Split {
  static constexpr int kLowBits = kLow;
  static constexpr int kHighBits = kHigh;
};
template <class F>
struct Interleaving : Split<0, 0> {};
template <>
struct Interleaving<FormatQ2_K> : Split<2, 0> {};
template <>
struct Interleaving<FormatQ3_K> : Split<2, 1> {};
template <>
struct Interleaving<FormatQ4_0> : Split<4, 0> {};
template <>
struct Interleaving<FormatQ4_K> : Split<4, 0> {};
template <>
struct Interleaving<FormatIQ4_NL> : Split<4, 0> {};
template <>
struct Interleaving<FormatIQ4_XS> : Split<4, 0> {};
template <>
struct Interleaving<FormatQ5_0> : Split<4, 1> {};
template <>
struct Interleaving<FormatQ5_K> : Split<4, 1> {};
template <>
struct Interleaving<FormatQ6_K> : Split<4, 2> {};

template <class F>
constexpr bool can_interleave() {
  return Interleaving<F>::kLowBits != 0;
}

inline GroupScale scales_of(const BlockQ2_K& block, int sub) {
  return {block.scales[sub] & 15, block.scales[sub] >> 4};
}
inline GroupScale scales_of(const BlockQ3_K& block, int sub) { return {group_scale(block, sub), 0}; }
inline GroupScale scales_of(const BlockQ4_K& block, int sub) { return group_scale(block.scales, sub); }
inline GroupScale scales_of(const BlockQ5_K& block, int sub) { return group_scale(block.scales, sub); }
inline GroupScale scales_of(const BlockQ6_K& block, int sub) { return {block.scales[sub], 0}; }
inline GroupScale scales_of(const BlockIQ4_XS& block, int sub) { return {group_scale(block, sub), 0}; }

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
  static constexpr int kLowBits = Parts::kLowBits;
  static constexpr int kHighBits = Parts::kHighBits;
  static constexpr int kLowSteps = 8 / kLowBits;  // in a vector of lower bits
  // A group: steps that share a vector of upper bits, and the vectors that they fill.
  static constexpr int kGroupSteps = kHighBits > 0 ? 8 / kHighBits : kLowSteps;
  static constexpr int kGroupVectors = kGroupSteps / kLowSteps + (kHighBits > 0 ? 1 : 0);
  static constexpr int kVectors = kSteps / kGroupSteps * kGroupVectors;
  static constexpr int kHalvesAt = kVectors * kVectorBytes;
  static constexpr int kHalves = kWholeScales ? (F::kHasMinimum ? 2 : 1) : kSubBlocks;
  static constexpr int kWholeAt = kHalvesAt + kHalves * kLanes * 2;
  static constexpr bool kSharedBytes = std::is_same_v<F, FormatQ2_K>;  // of a whole scale and minimum
  static constexpr int kWholes = !kWholeScales ? 0 : F::kHasMinimum && !kSharedBytes ? 2 : 1;
  static constexpr int kEnd = kWholeAt + kWholes * kSubBlocks * kLanes;

 public:
  /// Whole vectors: a load that crosses a line of the cache costs two.
  static constexpr int kBytes = (kEnd + kVectorBytes - 1) / kVectorBytes * kVectorBytes;

  explicit Unit(const std::byte* data) : data_(reinterpret_cast<const std::uint8_t*>(data)) {}

  /// Weights 4 step to 4 step + 3 of every row, as make_unsigned() leaves them.
  [[gnu::always_inline]] Int weights(int step) const {
    const std::uint8_t* const group = data_ + step / kGroupSteps * kGroupVectors * kVectorBytes;
    const Int quants = in_group(group, step % kGroupSteps, std::make_integer_sequence<int, kGroupSteps>());
    if constexpr (F::kHasTable) {
      return S::look_up(is_signed<S, F>() ? kSignedSteps : kUnsignedSteps, quants);
    } else {
      return quants;
    }
  }

  /// Blocks of 32: the scale of a sub-block; blocks of 256: what its whole scales are to be multiplied with.
  Float scale(int sub) const { return S::load_half(halves(kWholeScales ? 0 : sub)); }
  /// Blocks of 256 with minima: what the whole minima are to be multiplied with.
  Float minimum_scale() const { return S::load_half(halves(1)); }
  /// Blocks of 256: whole scales and minima, as numbers and as Dot::add_to wants them.
  Float whole_scale(int sub) const {
    return kSharedBytes ? S::template load_nibbles<0>(whole(sub)) : S::load_int8(whole(sub));
  }
  Float whole_minimum(int sub) const {
    return kSharedBytes ? S::template load_nibbles<4>(whole(sub)) : S::load_int8(whole(kSubBlocks + sub));
  }
  Int packed_scale(int sub) const {
    const Int scales = S::template lane_scales<!F::kHasMinimum>(whole(sub));
    return kSharedBytes ? S::keep_bits(scales, 15) : scales;
  }

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
          if constexpr (F::kHasTable) {
            F::template positions<S>(blocks[b], quants[row] + b * F::kElements);
          } else {
            F::template unpack<S>(blocks[b], quants[row] + b * F::kElements);
          }
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
  alignas(16) static constexpr auto kSignedSteps = std::to_array(kIQ4Steps);
  alignas(16) static constexpr auto kUnsignedSteps = [] {
    auto steps = std::to_array(kIQ4Steps);
    for (std::int8_t& step : steps) step = static_cast<std::int8_t>(step ^ -128);  // + 128
    return steps;
  }();

  /// Bytes moved up by some bits, or down; what comes in from the neighbour is not to be kept.
  template <int kBy>
  static Int move(Int x) {
    if constexpr (kBy > 0) return S::template shift_left<kBy>(x);
    if constexpr (kBy < 0) return S::template shift_right<-kBy>(x);
    return x;
  }

  /// The quants of a step; of formats with a table, the positions in it.
  template <int kStep>
  [[gnu::always_inline]] static Int quants_of_step(const std::uint8_t* group) {
    constexpr int kLowFrom = kLowBits * (kStep % kLowSteps);  // where its lower bits are in their bytes
    constexpr int kHighFrom = kHighBits * kStep;
    const Int lower = S::load_bytes(group + kStep / kLowSteps * kVectorBytes);
    const Int low = S::keep_bits(move<-kLowFrom>(lower), (1 << kLowBits) - 1);
    if constexpr (kHighBits == 0) {
      return low;
    } else {
      const Int upper = S::load_bytes(group + (kGroupVectors - 1) * kVectorBytes);
      constexpr int kMask = ((1 << kHighBits) - 1) << kLowBits;
      return S::join(low, S::keep_bits(move<kLowBits - kHighFrom>(upper), kMask));
    }
  }

  /// The same for a step that is known only after loops are unrolled: shifts need constants.
  template <int... kStep>
  [[gnu::always_inline]] static Int in_group(const std::uint8_t* group, int step,
                                             std::integer_sequence<int, kStep...>) {
    Int result = quants_of_step<0>(group);
    ((step == kStep ? void(result = quants_of_step<kStep>(group)) : void()), ...);
    return result;
  }

  /// The other way, for all steps of a group.
  template <int... kStep>
  [[gnu::always_inline]] static void write_group(const std::uint8_t (*steps)[kVectorBytes], std::uint8_t* to,
                                                 std::integer_sequence<int, kStep...>) {
    Int vectors[kGroupVectors];
    for (Int& vector : vectors) vector = S::keep_bits(S::load_bytes(steps[0]), 0);
    const auto add = [&](int vector, Int bits) { vectors[vector] = S::join(vectors[vector], bits); };
    const auto low = [&](int step) { return S::keep_bits(S::load_bytes(steps[step]), (1 << kLowBits) - 1); };
    (add(kStep / kLowSteps, move<kLowBits*(kStep % kLowSteps)>(low(kStep))), ...);
    if constexpr (kHighBits > 0) {
      const auto high = [&](int step) {
        return S::keep_bits(move<-kLowBits>(S::load_bytes(steps[step])), (1 << kHighBits) - 1);
      };
      (add(kGroupVectors - 1, move<kHighBits * kStep>(high(kStep))), ...);
    }
    for (int v = 0; v < kGroupVectors; ++v) S::store_bytes(to + v * kVectorBytes, vectors[v]);
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
        const auto [scale, minimum] = scales_of(*blocks, sub);
        out[kWholeAt + sub * kLanes + lane] =
            static_cast<std::uint8_t>(kSharedBytes ? scale | minimum << 4 : scale);
        if constexpr (kWholes == 2) {
          out[kWholeAt + (kSubBlocks + sub) * kLanes + lane] = static_cast<std::uint8_t>(minimum);
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
