#pragma once

// Every quantized type as bytes: weight[i] = scale * (quant[i] - offset) + minimum, with a scale and a
// minimum for each sub-block of 32 or 16 weights. The blocks' layouts are drawn in
// kernels/quantized_blocks.h. The loops are written so that compilers turn them into vector instructions of
// whatever processor they compile for.

#include "kernels/quantized_blocks.h"

namespace kernels::fast {
namespace {

/// What a format says of itself:
///   Block        as stored; kElements weights
///   kSubBlock    weights that share a scale
///   kLargest     the largest quant; kSigned: quants lie on both sides of zero
///   kOffset      what is to be taken from a quant
///   kHasMinimum  else the minimum is zero and scales() leaves it alone
///   kHasTable    what is stored are positions in the table of steps, 0 to 15: positions<S>, as unpack<S>
///   unpack<S>    the quants, [kElements], with instruction set S
///   scales<S>    blocks of 32: the scales and minima of `count` blocks in a row
///                blocks of 256: [kElements / kSubBlock] scales as whole numbers, and minima; gives what the
///                scales are to be multiplied with
template <int kElementsOf, int kSubBlockOf, int kLargestOf, bool kSignedOf, int kOffsetOf, bool kHasMinimumOf>
struct Traits {
  static constexpr int kElements = kElementsOf;
  static constexpr int kSubBlock = kSubBlockOf;
  static constexpr int kLargest = kLargestOf;
  static constexpr bool kSigned = kSignedOf;
  static constexpr int kOffset = kOffsetOf;
  static constexpr bool kHasMinimum = kHasMinimumOf;
  static constexpr bool kHasTable = false;
};

/// The half at `first`, and those a stride of bytes further on each.
template <class S>
void load_halves(const std::uint16_t* first, std::size_t stride, int count, float* out) {
  const auto* bytes = reinterpret_cast<const std::byte*>(first);
  int i = 0;
  for (; i + 8 <= count; i += 8)
    S::load_8_halves(bytes + static_cast<std::size_t>(i) * stride, stride, out + i);
  for (; i < count; ++i) {
    std::uint16_t half;
    __builtin_memcpy(&half, bytes + static_cast<std::size_t>(i) * stride, 2);
    out[i] = S::half_to_float(half);
  }
}

struct FormatQ8_0 : Traits<32, 32, 128, true, 0, false> {
  using Block = BlockQ8_0;
  template <class S>
  static void unpack(const Block& block, std::uint8_t* quants) {
    __builtin_memcpy(quants, block.quants, 32);
  }
  template <class S>
  static void scales(const Block* blocks, int count, float* scales, float*) {
    load_halves<S>(&blocks->scale, sizeof(Block), count, scales);
  }
};

struct FormatQ4_0 : Traits<32, 32, 15, false, 8, false> {
  using Block = BlockQ4_0;
  template <class S>
  static void unpack(const Block& block, std::uint8_t* quants) {
    S::unpack_nibbles(block.quants, quants);
  }
  template <class S>
  static void scales(const Block* blocks, int count, float* scales, float*) {
    load_halves<S>(&blocks->scale, sizeof(Block), count, scales);
  }
};

struct FormatQ4_1 : Traits<32, 32, 15, false, 0, true> {
  using Block = BlockQ4_1;
  template <class S>
  static void unpack(const Block& block, std::uint8_t* quants) {
    S::unpack_nibbles(block.quants, quants);
  }
  template <class S>
  static void scales(const Block* blocks, int count, float* scales, float* minima) {
    load_halves<S>(&blocks->scale, sizeof(Block), count, scales);
    load_halves<S>(&blocks->minimum, sizeof(Block), count, minima);
  }
};

struct FormatQ5_0 : Traits<32, 32, 31, false, 16, false> {
  using Block = BlockQ5_0;
  template <class S>
  static void unpack(const Block& block, std::uint8_t* quants) {
    S::unpack_nibbles(block.quants, quants);
    S::add_high_bits(block.high_bits, quants);
  }
  template <class S>
  static void scales(const Block* blocks, int count, float* scales, float*) {
    load_halves<S>(&blocks->scale, sizeof(Block), count, scales);
  }
};

struct FormatQ5_1 : Traits<32, 32, 31, false, 0, true> {
  using Block = BlockQ5_1;
  template <class S>
  static void unpack(const Block& block, std::uint8_t* quants) {
    S::unpack_nibbles(block.quants, quants);
    S::add_high_bits(block.high_bits, quants);
  }
  template <class S>
  static void scales(const Block* blocks, int count, float* scales, float* minima) {
    load_halves<S>(&blocks->scale, sizeof(Block), count, scales);
    load_halves<S>(&blocks->minimum, sizeof(Block), count, minima);
  }
};

struct FormatQ2_K : Traits<256, 16, 3, false, 0, true> {
  using Block = BlockQ2_K;
  template <class S>
  static void unpack(const Block& block, std::uint8_t* __restrict quants) {
#pragma GCC unroll 4
    for (int half = 0; half < 2; ++half) {
#pragma GCC unroll 4
      for (int shift = 0; shift < 8; shift += 2) {
        for (int i = 0; i < 32; ++i) {
          quants[128 * half + 16 * shift + i] = (block.quants[32 * half + i] >> shift) & 3;
        }
      }
    }
  }
  template <class S>
  static float scales(const Block& block, std::int16_t* __restrict scales, float* __restrict minima) {
    const float m = -S::half_to_float(block.minimum);
    for (int g = 0; g < 16; ++g) scales[g] = block.scales[g] & 15;
    for (int g = 0; g < 16; ++g) minima[g] = m * static_cast<float>(block.scales[g] >> 4);
    return S::half_to_float(block.scale);
  }
};

struct FormatQ3_K : Traits<256, 16, 7, false, 4, false> {
  using Block = BlockQ3_K;
  template <class S>
  static void unpack(const Block& block, std::uint8_t* __restrict quants) {
#pragma GCC unroll 4
    for (int half = 0; half < 2; ++half) {
#pragma GCC unroll 4
      for (int shift = 0; shift < 8; shift += 2) {
        const int bit = 4 * half + shift / 2;
        for (int i = 0; i < 32; ++i) {
          const std::uint8_t high = block.high_bits[i] & (1 << bit);
          quants[128 * half + 16 * shift + i] =
              static_cast<std::uint8_t>(((block.quants[32 * half + i] >> shift) & 3) | (high != 0 ? 4 : 0));
        }
      }
    }
  }
  template <class S>
  static float scales(const Block& block, std::int16_t* scales, float*) {
    for (int g = 0; g < 16; ++g) scales[g] = static_cast<std::int16_t>(group_scale(block, g));
    return S::half_to_float(block.scale);
  }
};

/// The scales of Q4_K and Q5_K: group_scale() for all groups, four of them in a 32-bit word at a time.
template <class S, class Block>
float scales_k(const Block& block, std::int16_t* __restrict scales, float* __restrict minima) {
  std::uint32_t words[3];
  __builtin_memcpy(words, block.scales, 12);
  const std::uint32_t last_scales = (words[2] & 0x0F0F0F0F) | ((words[0] >> 2) & 0x30303030);
  const std::uint32_t last_minima = ((words[2] >> 4) & 0x0F0F0F0F) | ((words[1] >> 2) & 0x30303030);
  S::widen_8_bytes(words[0] & 0x3F3F3F3F, last_scales, scales);
  S::scale_8_bytes(words[1] & 0x3F3F3F3F, last_minima, -S::half_to_float(block.minimum), minima);
  return S::half_to_float(block.scale);
}

struct FormatQ4_K : Traits<256, 32, 15, false, 0, true> {
  using Block = BlockQ4_K;
  template <class S>
  static void unpack(const Block& block, std::uint8_t* __restrict quants) {
#pragma GCC unroll 4
    for (int quarter = 0; quarter < 4; ++quarter) {
      const std::uint8_t* stored = block.quants + 32 * quarter;
      for (int i = 0; i < 32; ++i) quants[64 * quarter + i] = stored[i] & 15;
      for (int i = 0; i < 32; ++i) quants[64 * quarter + 32 + i] = static_cast<std::uint8_t>(stored[i] >> 4);
    }
  }
  template <class S>
  static float scales(const Block& block, std::int16_t* scales, float* minima) {
    return scales_k<S>(block, scales, minima);
  }
};

struct FormatQ5_K : Traits<256, 32, 31, false, 0, true> {
  using Block = BlockQ5_K;
  template <class S>
  static void unpack(const Block& block, std::uint8_t* __restrict quants) {
#pragma GCC unroll 4
    for (int quarter = 0; quarter < 4; ++quarter) {
      const std::uint8_t* stored = block.quants + 32 * quarter;
      for (int i = 0; i < 32; ++i) {
        const std::uint8_t bit = block.high_bits[i] & (1 << (2 * quarter));
        quants[64 * quarter + i] = static_cast<std::uint8_t>((stored[i] & 15) | (bit != 0 ? 16 : 0));
      }
      for (int i = 0; i < 32; ++i) {
        const std::uint8_t bit = block.high_bits[i] & (2 << (2 * quarter));
        quants[64 * quarter + 32 + i] = static_cast<std::uint8_t>((stored[i] >> 4) | (bit != 0 ? 16 : 0));
      }
    }
  }
  template <class S>
  static float scales(const Block& block, std::int16_t* scales, float* minima) {
    return scales_k<S>(block, scales, minima);
  }
};

struct FormatQ6_K : Traits<256, 16, 63, false, 32, false> {
  using Block = BlockQ6_K;
  template <class S>
  static void unpack(const Block& block, std::uint8_t* __restrict quants) {
#pragma GCC unroll 4
    for (int half = 0; half < 2; ++half) {
      const std::uint8_t* low = block.low_bits + 64 * half;
      const std::uint8_t* high = block.high_bits + 32 * half;
      std::uint8_t* to = quants + 128 * half;
      for (int i = 0; i < 32; ++i) to[i] = static_cast<std::uint8_t>((low[i] & 15) | (high[i] & 3) << 4);
      for (int i = 0; i < 32; ++i)
        to[32 + i] = static_cast<std::uint8_t>((low[32 + i] & 15) | (high[i] & 12) << 2);
      for (int i = 0; i < 32; ++i) to[64 + i] = static_cast<std::uint8_t>((low[i] >> 4) | (high[i] & 48));
      for (int i = 0; i < 32; ++i)
        to[96 + i] = static_cast<std::uint8_t>((low[32 + i] >> 4) | (high[i] & 192) >> 2);
    }
  }
  template <class S>
  static float scales(const Block& block, std::int16_t* scales, float*) {
    for (int g = 0; g < 16; ++g) scales[g] = block.scales[g];
    return S::half_to_float(block.scale);
  }
};

/// 16 bytes hold 32 positions in the table of steps: low halves first.
template <class S>
void unpack_steps(const std::uint8_t* stored, std::uint8_t* quants) {
  alignas(32) std::uint8_t positions[32];
  S::unpack_nibbles(stored, positions);
  S::look_up(kIQ4Steps, positions, quants);
}

struct FormatIQ4_NL : Traits<32, 32, 127, true, 0, false> {
  using Block = BlockIQ4_NL;
  static constexpr bool kHasTable = true;
  template <class S>
  static void positions(const Block& block, std::uint8_t* positions) {
    S::unpack_nibbles(block.quants, positions);
  }
  template <class S>
  static void unpack(const Block& block, std::uint8_t* quants) {
    unpack_steps<S>(block.quants, quants);
  }
  template <class S>
  static void scales(const Block* blocks, int count, float* scales, float*) {
    load_halves<S>(&blocks->scale, sizeof(Block), count, scales);
  }
};

struct FormatIQ4_XS : Traits<256, 32, 127, true, 0, false> {
  using Block = BlockIQ4_XS;
  static constexpr bool kHasTable = true;
  template <class S>
  static void positions(const Block& block, std::uint8_t* positions) {
    for (int g = 0; g < 8; ++g) S::unpack_nibbles(block.quants + 16 * g, positions + 32 * g);
  }
  template <class S>
  static void unpack(const Block& block, std::uint8_t* quants) {
    for (int g = 0; g < 8; ++g) unpack_steps<S>(block.quants + 16 * g, quants + 32 * g);
  }
  template <class S>
  static float scales(const Block& block, std::int16_t* scales, float*) {
    for (int g = 0; g < 8; ++g) scales[g] = static_cast<std::int16_t>(group_scale(block, g));
    return S::half_to_float(block.scale);
  }
};

}  // namespace
}  // namespace kernels::fast
