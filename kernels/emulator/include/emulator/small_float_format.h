/// @file
/// The two 16-bit floating-point formats, as bits: IEEE binary16 ("half") and bfloat16, the upper half of a
/// float.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#include <emulator/conversions.h>
#include <emulator/uncounted.h>

namespace emulator {

enum class Rounding { kNearest, kTowardsZero, kUp, kDown };

/// Sign, exponent and mantissa of a 16-bit format with IEEE's conventions.
template <int kMantissaBits>
struct SmallFloatFormat {
  static constexpr int kExponentBits = 15 - kMantissaBits;
  static constexpr int kLeastExponent = 2 - (1 << (kExponentBits - 1));  ///< of a normal number
  static constexpr std::uint16_t kInfinity = ((1 << kExponentBits) - 1) << kMantissaBits;
  static constexpr std::uint16_t kNan = 0x7fff;  ///< what a GPU makes of any NaN
  static constexpr std::uint16_t kOne = ((1 << (kExponentBits - 1)) - 1) << kMantissaBits;

  /// Rounds once, in any mode. What is too great becomes infinity or the greatest number, as the mode says.
  static std::uint16_t encode(double value, Rounding rounding) {
    const auto bits = bits_as<std::uint64_t>(value);
    const auto sign = static_cast<std::uint16_t>(bits >> 48 & 0x8000);
    if (value != value) return kNan;
    if (__builtin_isinf(value)) return sign | kInfinity;
    if (value == 0.0) return sign;

    const int biased = static_cast<int>(bits >> 52 & 0x7ff);
    const int exponent = (biased == 0 ? 1 : biased) - 1023;
    const std::uint64_t significand = (bits & ((1ull << 52) - 1)) | (biased == 0 ? 0 : 1ull << 52);
    // Below the least normal exponent the result has fewer digits; beyond 62 places all that counts is "not
    // zero".
    int shift = 52 - kMantissaBits + (exponent < kLeastExponent ? kLeastExponent - exponent : 0);
    if (shift > 62) shift = 62;
    std::uint64_t kept = significand >> shift;
    const std::uint64_t rest = significand & ((1ull << shift) - 1);
    const std::uint64_t half = 1ull << (shift - 1);

    bool away = false;  // from zero
    switch (rounding) {
      case Rounding::kNearest:
        away = rest > half || (rest == half && (kept & 1));
        break;
      case Rounding::kTowardsZero:
        break;
      case Rounding::kUp:
        away = rest != 0 && sign == 0;
        break;
      case Rounding::kDown:
        away = rest != 0 && sign != 0;
        break;
    }
    const bool overflow_to_infinity = rounding == Rounding::kNearest ||
                                      (rounding == Rounding::kUp && sign == 0) ||
                                      (rounding == Rounding::kDown && sign != 0);
    kept += away;
    // A normal number's leading 1 adds one to the exponent field, and so does a carry out of the mantissa.
    const std::uint64_t field =
        exponent > kLeastExponent ? static_cast<std::uint64_t>(exponent - kLeastExponent) : 0;
    const std::uint64_t result = (field << kMantissaBits) + kept;
    if (result >= kInfinity) return sign | (overflow_to_infinity ? kInfinity : kInfinity - 1);
    return static_cast<std::uint16_t>(sign | result);
  }

  /// Any integer, rounded once: what a double cannot hold becomes a sticky bit far below the last place kept.
  template <typename Integer>
  static std::uint16_t encode_integer(Integer value, Rounding rounding) {
    const bool negative = value < 0;
    std::uint64_t magnitude =
        negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    if (magnitude >> 53) magnitude = (magnitude & ~0xfffull) | (magnitude & 0xfff ? 0x800 : 0);
    const auto exact = static_cast<double>(magnitude);
    return encode(negative ? -exact : exact, rounding);
  }
};

struct HalfFormat : SmallFloatFormat<10> {
  /// Holds the sum, product and quotient of two halves with enough digits that rounding twice is rounding
  /// once.
  using Wide = float;

  static std::uint16_t from_float(float value) {
#if defined(__F16C__)
    typedef float Floats __attribute__((vector_size(16)));
    if (value != value) return kNan;
    return static_cast<std::uint16_t>(__builtin_ia32_vcvtps2ph(Floats{value}, 0)[0]);
#else
    return encode(value, Rounding::kNearest);
#endif
  }

  EMULATOR_UNCOUNTED static float to_float(std::uint16_t bits) {
#if defined(__F16C__)
    typedef short Shorts __attribute__((vector_size(16)));
    const float value = __builtin_ia32_vcvtph2ps(Shorts{static_cast<short>(bits)})[0];
#else
    // As a float with the exponent bias of a half; the factor is the difference of the biases, exact for
    // subnormals.
    const std::uint32_t magnitude = bits & 0x7fffu;
    const float scaled = bits_as<float>(magnitude << 13) * 0x1p112f;
    const float finite_or_infinite =
        magnitude < kInfinity ? scaled : bits_as<float>(0x7f800000u | magnitude << 13);
    const float value = bits & 0x8000u ? -finite_or_infinite : finite_or_infinite;
#endif
    return value == value ? value : bits_as<float>(0x7fffffffu);
  }
};

struct Bfloat16Format : SmallFloatFormat<7> {
  /// Products near the least number have more digits than a float can hold.
  using Wide = double;

  static std::uint16_t from_float(float value) {
    if (value != value) return kNan;
    const auto bits = bits_as<std::uint32_t>(value);
    return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  }

  static float to_float(std::uint16_t bits) { return bits_as<float>(std::uint32_t{bits} << 16); }
};

/// `sum` of `product` and `c` with its last place set where digits were lost.
EMULATOR_UNCOUNTED inline double rounded_to_odd(double product, double c, double sum) {
  const double c_part = sum - product;
  const double lost = (product - (sum - c_part)) + (c - c_part);
  if (!(lost != 0.0) || lost != lost) return sum;
  auto bits = bits_as<std::uint64_t>(sum);
  if ((bits & 1) == 0) {
    const bool away_from_zero = (lost > 0.0) == (sum > 0.0);
    away_from_zero ? ++bits : --bits;
  }
  return bits_as<double>(bits);
}

/// a * b + c with the last place of the double set where digits were lost ("round to odd"), so that rounding
/// it to a shorter format rounds the exact result. The product must be exact, as that of two 16-bit floats
/// is.
inline double fused_multiply_add_to_odd(double a, double b, double c) {
  const double product = a * b;
  return rounded_to_odd(product, c, product + c);
}

}  // namespace emulator
