#pragma once

// Quantized blocks of any format as bytes, scales and minima.

#include <cstdint>

#include "fast/formats.h"

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

/// What is to be taken from the quants; where S multiplies unsigned ones only, signed ones have 128 added.
template <class S, class F>
constexpr int offset() {
  return F::kSigned && !S::kSignedWeights ? 128 : F::kOffset;
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

/// The quants of `count` blocks of 32 in a row, and their scales and minima (see formats.h).
template <class S, class F>
[[gnu::always_inline]] inline void unpack_blocks(const std::byte* stored, int count, std::uint8_t* quants,
                                                 float* scales, float* minima) {
  const auto* blocks = reinterpret_cast<const typename F::Block*>(stored);
#pragma GCC unroll 8
  for (int b = 0; b < count; ++b) F::template unpack<S>(blocks[b], quants + b * F::kElements);
  F::template scales<S>(blocks, count, scales, minima);
  make_unsigned<S, F>(quants, count * F::kElements);
}

/// The same for a block of 256: scales are whole numbers.
/// @return  what the scales, but not the minima, are to be multiplied with
template <class S, class F>
[[gnu::always_inline]] inline float unpack_block(const std::byte* stored, std::uint8_t* quants,
                                                 std::int16_t* scales, float* minima) {
  const auto& block = *reinterpret_cast<const typename F::Block*>(stored);
  F::template unpack<S>(block, quants);
  make_unsigned<S, F>(quants, F::kElements);
  return F::template scales<S>(block, scales, minima);
}

}  // namespace
}  // namespace kernels::fast
