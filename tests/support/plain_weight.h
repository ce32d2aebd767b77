#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "gguf/tensor_type.h"

// A second decoder of every weight type, one weight at a time and straight from the bytes, to judge the
// library's. It shares no code with it: the offsets below are those of the format's description.

/// A half, as the format stores scales.
inline double plain_half(const std::byte* bytes) {
  std::uint16_t bits = 0;
  std::memcpy(&bits, bytes, 2);
  const int exponent = (bits >> 10) & 31;
  const int fraction = bits & 1023;
  const double value = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return (bits & 0x8000) != 0 ? -value : value;
}

/// `count` bits from bit `position` of the bytes on, the lowest first. Does not cross a byte.
inline int plain_bits(const std::byte* bytes, std::uint64_t position, unsigned count) {
  const auto byte = std::to_integer<unsigned>(bytes[position / 8]);
  return static_cast<int>(byte >> position % 8 & ((1u << count) - 1));
}

/// Element i of weights that are stored as `type`, counted from `data`.
inline double plain_weight(gguf::TensorType type, const std::byte* data, std::uint64_t i) {
  using gguf::TensorType;
  const gguf::TensorTypeTraits& layout = gguf::traits(type);
  const std::byte* b = data + i / layout.block_elements * layout.block_bytes;
  const std::uint64_t in_block = i % layout.block_elements;
  const auto bit = [&](std::uint64_t byte, std::uint64_t position, unsigned count) {
    return plain_bits(b + byte, position, count);
  };

  // Where the 4 bits of a weight are, in bits: a block of 32 has two weights 16 apart in one byte, a block
  // of 256 two weights 32 apart; IQ4_XS is eight blocks of 32 in a row.
  const std::uint64_t nibble_16 = in_block / 32 * 128 + in_block % 16 * 8 + in_block % 32 / 16 * 4;
  const std::uint64_t nibble_32 = in_block / 64 * 256 + in_block % 32 * 8 + in_block % 64 / 32 * 4;
  const std::uint64_t pair_32 = in_block / 128 * 256 + in_block % 32 * 8 + in_block % 128 / 32 * 2;
  const std::uint64_t across_32 =
      in_block % 32 * 8 + in_block / 32;  // one bit of each of 8 weights to a byte
  const std::uint64_t group_16 = in_block / 16;
  const std::uint64_t group_32 = in_block / 32;

  // Q4_K and Q5_K: 12 bytes of scales from byte 4.
  const auto k_scale = [&](std::uint64_t what) {  // 0: scale, 4: minimum
    if (group_32 < 4) return bit(4 + what + group_32, 0, 6);
    return bit(8 + group_32, what, 4) + 16 * bit(group_32 + what, 6, 2);
  };
  constexpr int kUneven[] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

  switch (type) {
    case TensorType::kF32: {
      float value = 0;
      std::memcpy(&value, b, 4);
      return value;
    }
    case TensorType::kF16:
      return plain_half(b);
    case TensorType::kBF16: {
      const std::byte bits[4] = {std::byte{0}, std::byte{0}, b[0], b[1]};
      float value = 0;
      std::memcpy(&value, bits, 4);
      return value;
    }
    case TensorType::kQ8_0:
      return plain_half(b) * static_cast<std::int8_t>(b[2 + in_block]);
    case TensorType::kQ4_0:
      return plain_half(b) * (bit(2, nibble_16, 4) - 8);
    case TensorType::kQ4_1:
      return plain_half(b) * bit(4, nibble_16, 4) + plain_half(b + 2);
    case TensorType::kQ5_0:
      return plain_half(b) * (bit(6, nibble_16, 4) + 16 * bit(2, in_block, 1) - 16);
    case TensorType::kQ5_1:
      return plain_half(b) * (bit(8, nibble_16, 4) + 16 * bit(4, in_block, 1)) + plain_half(b + 2);
    case TensorType::kIQ4_NL:
      return plain_half(b) * kUneven[bit(2, nibble_16, 4)];
    case TensorType::kIQ4_XS: {
      const int scale = bit(4 + group_32 / 2, group_32 % 2 * 4, 4) + 16 * bit(2, group_32 * 2, 2) - 32;
      return plain_half(b) * scale * kUneven[bit(8, nibble_16, 4)];
    }
    case TensorType::kQ2_K:
      return plain_half(b + 80) * bit(group_16, 0, 4) * bit(16, pair_32, 2) -
             plain_half(b + 82) * bit(group_16, 4, 4);
    case TensorType::kQ3_K: {
      const int scale = bit(96 + group_16 % 8, group_16 / 8 * 4, 4) +
                        16 * bit(104 + group_16 % 4, group_16 / 4 * 2, 2) - 32;
      return plain_half(b + 108) * scale * (bit(32, pair_32, 2) + 4 * bit(0, across_32, 1) - 4);
    }
    case TensorType::kQ4_K:
      return plain_half(b) * k_scale(0) * bit(16, nibble_32, 4) - plain_half(b + 2) * k_scale(4);
    case TensorType::kQ5_K:
      return plain_half(b) * k_scale(0) * (bit(48, nibble_32, 4) + 16 * bit(16, across_32, 1)) -
             plain_half(b + 2) * k_scale(4);
    case TensorType::kQ6_K: {
      // 64 bytes of low bits to a half, two weights 64 apart in one byte
      const std::uint64_t low = in_block / 128 * 512 + in_block % 64 * 8 + in_block % 128 / 64 * 4;
      const int quant = bit(0, low, 4) + 16 * bit(128, pair_32, 2) - 32;
      return plain_half(b + 208) * static_cast<std::int8_t>(b[192 + group_16]) * quant;
    }
    default:
      return std::nan("a type that is not computed");
  }
}
