#pragma once

#include <bit>
#include <cstdint>

namespace kernels {

// The two 16-bit floats of model files, as raw bits.
//
//   half (IEEE 754 binary16)  sign 1 | exponent 5 | fraction 10    up to 65504, 11 significant bits
//   bfloat16                  sign 1 | exponent 8 | fraction  7    a float32 without its last 16 bits
//
// To float is exact for both. From float rounds to the nearest, ties to even.

inline float half_to_float(std::uint16_t half) {
  // Moved to the place of a float's exponent and fraction, the number is too small by 2^(127-15) = 2^112,
  // because the two exponents have different zero points. The multiplication mends that, subnormals included.
  const std::uint32_t magnitude = (half & 0x7FFFu) << 13;
  std::uint32_t bits = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) * 0x1p112f);
  if ((half & 0x7C00u) == 0x7C00u) bits = magnitude | 0x7F800000u;  // infinity or NaN
  return std::bit_cast<float>(bits | (half & 0x8000u) << 16);
}

inline std::uint16_t float_to_half(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000u;
  const std::uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u)
    return static_cast<std::uint16_t>(sign | 0x7E00u | ((magnitude >> 13) & 0x3FFu));  // NaN
  if (magnitude >= 0x477FF000u) return static_cast<std::uint16_t>(sign | 0x7C00u);  // from 65520 on: infinity
  if (magnitude < 0x38800000u) {
    // Below 2^-14 halfs are multiples of 2^-24. A float of 0.5 to 1 has steps of 2^-24, so the addition
    // rounds there.
    const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3F000000u));
  }
  const std::uint32_t odd = (magnitude >> 13) & 1u;
  const std::uint32_t rounded = magnitude + 0xFFFu + odd;  // half a step, a little less for an even number
  return static_cast<std::uint16_t>(sign | ((rounded - (112u << 23)) >> 13));
}

inline float bfloat16_to_float(std::uint16_t value) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16);
}

inline std::uint16_t float_to_bfloat16(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u)
    return static_cast<std::uint16_t>((bits >> 16) | 0x40u);  // a quiet NaN
  const std::uint32_t odd = (bits >> 16) & 1u;
  return static_cast<std::uint16_t>((bits + 0x7FFFu + odd) >> 16);
}

}  // namespace kernels
