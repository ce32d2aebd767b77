#pragma once

#include <cstdint>

namespace kernels {

// How quantized weights lie in memory, in a GGUF file as on every device. Source: GGUF specification.
// A row of a matrix is a sequence of blocks; a block holds 32 or 256 weights. Scales are halfs, as raw bits.
// A weight's stored number without its scale is its quant.
//
// The names: Q4 is 4 bits a quant. _0: weight = scale * quant, quants on both sides of zero. _1: weight =
// scale * quant + minimum, quants from zero. _K: 256 weights in groups of 16 or 32, each with a small scale
// of its own that the block's scale multiplies. IQ4: the quant is a position in a table of 16 uneven steps.

// ---- blocks of 32 ---------------------------------------------------------------------------------------

/// 32 weights of 8 bits: 34 bytes, 8.5 bits a weight.   weight[i] = scale * quants[i]
struct BlockQ8_0 {
  static constexpr int kElements = 32;
  std::uint16_t scale;
  std::int8_t quants[kElements];
};
static_assert(sizeof(BlockQ8_0) == 34);

/// 32 weights of 4 bits: 18 bytes, 4.5 bits a weight.   weight[i] = scale * (nibble[i] - 8)
///
///   byte      quants[0]         quants[1]         ...   quants[15]
///   low  4    weight  0         weight  1               weight 15
///   high 4    weight 16         weight 17               weight 31
struct BlockQ4_0 {
  static constexpr int kElements = 32;
  std::uint16_t scale;
  std::uint8_t quants[kElements / 2];
};
static_assert(sizeof(BlockQ4_0) == 18);

/// 32 weights of 4 bits: 20 bytes, 5 bits a weight.   weight[i] = scale * nibble[i] + minimum
/// Nibbles as in Q4_0.
struct BlockQ4_1 {
  static constexpr int kElements = 32;
  std::uint16_t scale;
  std::uint16_t minimum;
  std::uint8_t quants[kElements / 2];
};
static_assert(sizeof(BlockQ4_1) == 20);

/// 32 weights of 5 bits: 22 bytes, 5.5 bits a weight.   weight[i] = scale * (nibble[i] + 16 * high[i] - 16)
/// Nibbles as in Q4_0; high[i] is bit i % 8 of high_bits[i / 8].
struct BlockQ5_0 {
  static constexpr int kElements = 32;
  std::uint16_t scale;
  std::uint8_t high_bits[kElements / 8];
  std::uint8_t quants[kElements / 2];
};
static_assert(sizeof(BlockQ5_0) == 22);

/// 32 weights of 5 bits: 24 bytes, 6 bits a weight.   weight[i] = scale * (nibble[i] + 16 * high[i]) +
/// minimum Bits as in Q5_0.
struct BlockQ5_1 {
  static constexpr int kElements = 32;
  std::uint16_t scale;
  std::uint16_t minimum;
  std::uint8_t high_bits[kElements / 8];
  std::uint8_t quants[kElements / 2];
};
static_assert(sizeof(BlockQ5_1) == 24);

/// The 16 steps of IQ4_NL and IQ4_XS: close together around zero, where most weights are.
inline constexpr std::int8_t kIQ4Steps[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                              1,    13,   25,  38,  53,  69,  89,  113};

/// 32 weights of 4 bits: 18 bytes, 4.5 bits a weight.   weight[i] = scale * kIQ4Steps[nibble[i]]
/// Nibbles as in Q4_0.
struct BlockIQ4_NL {
  static constexpr int kElements = 32;
  std::uint16_t scale;
  std::uint8_t quants[kElements / 2];
};
static_assert(sizeof(BlockIQ4_NL) == 18);

// ---- blocks of 256 --------------------------------------------------------------------------------------

/// 256 weights of 2 bits: 84 bytes, 2.625 bits a weight. 16 groups of 16:
///   weight[i] = scale * (scales[g] & 15) * quant[i] - minimum * (scales[g] >> 4),   g = i / 16
///
/// quants, for each half h of 128 weights (32 bytes from 32 * h):
///   bits      byte 0               byte 1          ...   byte 31
///   0 and 1   weight 128 h         128 h +  1            128 h +  31
///   2 and 3   weight 128 h + 32    128 h + 33            128 h +  63
///   4 and 5   weight 128 h + 64    128 h + 65            128 h +  95
///   6 and 7   weight 128 h + 96    128 h + 97            128 h + 127
struct BlockQ2_K {
  static constexpr int kElements = 256;
  std::uint8_t scales[kElements / 16];  // low 4 bits: the group's scale, high 4: its minimum
  std::uint8_t quants[kElements / 4];
  std::uint16_t scale;
  std::uint16_t minimum;
};
static_assert(sizeof(BlockQ2_K) == 84);

/// 256 weights of 3 bits: 110 bytes, 3.4375 bits a weight. 16 groups of 16:
///   weight[i] = scale * group_scale(block, i / 16) * (two_bits[i] + 4 * high[i] - 4)
///
/// two_bits as in Q2_K; high[i] is bit i / 32 of high_bits[i % 32].
/// scales holds 16 numbers of 6 bits, each stored 32 too large: the low 4 bits of numbers 0 to 7 in the low
/// halves of bytes 0 to 7, of numbers 8 to 15 in the high halves; the upper 2 bits of number g in bits
/// 2 * (g / 4) and the next of byte 8 + g % 4.
struct BlockQ3_K {
  static constexpr int kElements = 256;
  std::uint8_t high_bits[kElements / 8];
  std::uint8_t quants[kElements / 4];
  std::uint8_t scales[12];
  std::uint16_t scale;
};
static_assert(sizeof(BlockQ3_K) == 110);

/// 256 weights of 4 bits: 144 bytes, 4.5 bits a weight. 8 groups of 32:
///   weight[i] = scale * s * nibble[i] - minimum * m,   {s, m} = group_scale(block.scales, i / 32)
///
/// quants, for each quarter q of 64 weights (32 bytes from 32 * q):
///   byte      byte 0              byte 1        ...   byte 31
///   low  4    weight 64 q         64 q +  1           64 q + 31
///   high 4    weight 64 q + 32    64 q + 33           64 q + 63
///
/// scales holds 8 scales s and 8 minimums m of 6 bits:
///   bytes 0 to  3   bits 0-5: s of group 0 to 3    bits 6-7: upper 2 bits of s of group 4 to 7
///   bytes 4 to  7   bits 0-5: m of group 0 to 3    bits 6-7: upper 2 bits of m of group 4 to 7
///   bytes 8 to 11   bits 0-3: lower 4 bits of s of group 4 to 7    bits 4-7: lower 4 bits of m
struct BlockQ4_K {
  static constexpr int kElements = 256;
  std::uint16_t scale;
  std::uint16_t minimum;
  std::uint8_t scales[12];
  std::uint8_t quants[kElements / 2];
};
static_assert(sizeof(BlockQ4_K) == 144);

/// 256 weights of 5 bits: 176 bytes, 5.5 bits a weight. 8 groups of 32:
///   weight[i] = scale * s * (nibble[i] + 16 * high[i]) - minimum * m
/// Nibbles and scales as in Q4_K; high[i] is bit i / 32 of high_bits[i % 32].
struct BlockQ5_K {
  static constexpr int kElements = 256;
  std::uint16_t scale;
  std::uint16_t minimum;
  std::uint8_t scales[12];
  std::uint8_t high_bits[kElements / 8];
  std::uint8_t quants[kElements / 2];
};
static_assert(sizeof(BlockQ5_K) == 176);

/// 256 weights of 6 bits: 210 bytes, 6.5625 bits a weight. 16 groups of 16:
///   weight[i] = scale * scales[i / 16] * (low[i] + 16 * high[i] - 32)
///
/// For each half h of 128 weights, low is in 64 bytes of low_bits from 64 * h, high in 32 bytes of high_bits
/// from 32 * h:
///   weights of the half   low: 4 bits            high: 2 bits
///    0 to  31             low  4 of bytes  0-31  bits 0 and 1 of bytes 0-31
///   32 to  63             low  4 of bytes 32-63  bits 2 and 3
///   64 to  95             high 4 of bytes  0-31  bits 4 and 5
///   96 to 127             high 4 of bytes 32-63  bits 6 and 7
struct BlockQ6_K {
  static constexpr int kElements = 256;
  std::uint8_t low_bits[kElements / 2];
  std::uint8_t high_bits[kElements / 4];
  std::int8_t scales[kElements / 16];
  std::uint16_t scale;
};
static_assert(sizeof(BlockQ6_K) == 210);

/// 256 weights of 4 bits: 136 bytes, 4.25 bits a weight. 8 groups of 32:
///   weight[i] = scale * group_scale(block, i / 32) * kIQ4Steps[nibble[i]]
///
/// Each group's nibbles lie in 16 bytes as in Q4_0. Scales are numbers of 6 bits, stored 32 too large: the
/// low 4 bits of groups 2 j and 2 j + 1 in the low and high half of scales_low[j], the upper 2 bits of group
/// g in bits 2 g and 2 g + 1 of scales_high.
struct BlockIQ4_XS {
  static constexpr int kElements = 256;
  std::uint16_t scale;
  std::uint16_t scales_high;
  std::uint8_t scales_low[kElements / 64];
  std::uint8_t quants[kElements / 2];
};
static_assert(sizeof(BlockIQ4_XS) == 136);

// ---- packed scales --------------------------------------------------------------------------------------

struct GroupScale {
  int scale;    // 0 to 63
  int minimum;  // 0 to 63
};

/// Of group g (0 to 7) of a Q4_K or Q5_K block; the layout is at BlockQ4_K.
constexpr GroupScale group_scale(const std::uint8_t (&scales)[12], int g) {
  if (g < 4) return {scales[g] & 63, scales[g + 4] & 63};
  return {(scales[g + 4] & 15) | scales[g - 4] >> 6 << 4, scales[g + 4] >> 4 | scales[g] >> 6 << 4};
}

/// Of group g (0 to 15): -32 to 31.
constexpr int group_scale(const BlockQ3_K& block, int g) {
  const int low = block.scales[g % 8] >> 4 * (g / 8) & 15;
  const int high = block.scales[8 + g % 4] >> 2 * (g / 4) & 3;
  return (low | high << 4) - 32;
}

/// Of group g (0 to 7): -32 to 31.
constexpr int group_scale(const BlockIQ4_XS& block, int g) {
  const int low = block.scales_low[g / 2] >> 4 * (g % 2) & 15;
  const int high = block.scales_high >> 2 * g & 3;
  return (low | high << 4) - 32;
}

}  // namespace kernels
