// Conversions between float and the two 16-bit floats, on all 65536 of each.

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/float16.h"
#include "random_data.h"
#include "support/catch.h"

using namespace kernels;

namespace {

/// A half's value from its definition: sign, exponent, fraction.
double half_value(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int fraction = bits & 1023;
  const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == 31) return fraction == 0 ? sign * std::numeric_limits<double>::infinity() : std::nan("");
  return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25));
}

double bfloat16_value(std::uint16_t bits) {
  const int exponent = (bits >> 7) & 255;
  const int fraction = bits & 127;
  const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == 255) return fraction == 0 ? sign * std::numeric_limits<double>::infinity() : std::nan("");
  return sign * (exponent == 0 ? std::ldexp(fraction, -133) : std::ldexp(128 + fraction, exponent - 134));
}

/// The nearest of all finite values, ties to the even one, found by comparing with the two neighbours.
template <typename Value>
bool is_nearest(double exact, std::uint16_t rounded, Value value_of) {
  const double distance = std::abs(value_of(rounded) - exact);
  for (const int step : {-1, 1}) {
    const int magnitude = (rounded & 0x7FFF) + step;
    if (magnitude < 0) continue;
    const auto neighbour = static_cast<std::uint16_t>((rounded & 0x8000) | magnitude);
    const double other = std::abs(value_of(neighbour) - exact);
    if (!std::isfinite(other)) continue;
    if (other < distance || (other == distance && (rounded & 1) != 0)) return false;
  }
  return true;
}

bool same_value_and_sign(float a, double b) {
  return std::isnan(b) ? std::isnan(a) : a == b && std::signbit(a) == std::signbit(b);
}

}  // namespace

TEST_CASE("every half becomes the float of its value") {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    if (!same_value_and_sign(half_to_float(half), half_value(half))) FAIL("half 0x" << std::hex << bits);
  }
}

TEST_CASE("every half survives the way to float and back") {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    if (std::isnan(half_value(half))) {
      if (!std::isnan(half_value(float_to_half(half_to_float(half))))) FAIL("NaN 0x" << std::hex << bits);
    } else if (float_to_half(half_to_float(half)) != half) {
      FAIL("half 0x" << std::hex << bits);
    }
  }
}

TEST_CASE("floats become the nearest half, ties to even") {
  RandomData random;
  INFO("seed " << random.seed);
  for (int i = 0; i < 200000; ++i) {
    // Exponents from below the smallest half to the largest.
    const float value = std::ldexp(random.normal(1)[0], static_cast<int>(random.engine() % 44) - 30);
    if (std::abs(value) >= 65520.0f) continue;
    if (!is_nearest(value, float_to_half(value), half_value)) FAIL("float " << value);
  }
  for (std::uint32_t bits = 0; bits < 0x7BFF; ++bits) {  // exactly between two neighbours
    const auto half = static_cast<std::uint16_t>(bits);
    const auto middle =
        static_cast<float>((half_value(half) + half_value(static_cast<std::uint16_t>(bits + 1))) / 2.0);
    if (!is_nearest(middle, float_to_half(middle), half_value)) FAIL("between " << bits << " and the next");
  }
}

TEST_CASE("floats too large for a half become infinity") {
  CHECK(float_to_half(65519.996f) == 0x7BFF);
  CHECK(float_to_half(65520.0f) == 0x7C00);
  CHECK(float_to_half(-1e30f) == 0xFC00);
  CHECK(float_to_half(std::numeric_limits<float>::infinity()) == 0x7C00);
}

TEST_CASE("every bfloat16 becomes the float of its value, and survives the way back") {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto value = static_cast<std::uint16_t>(bits);
    if (!same_value_and_sign(bfloat16_to_float(value), bfloat16_value(value))) FAIL("0x" << std::hex << bits);
    const std::uint16_t back = float_to_bfloat16(bfloat16_to_float(value));
    const bool both_nan = std::isnan(bfloat16_value(value)) && std::isnan(bfloat16_value(back));
    if (back != value && !both_nan) FAIL("0x" << std::hex << bits << " comes back as 0x" << back);
  }
}

TEST_CASE("floats become the nearest bfloat16, ties to even") {
  RandomData random;
  INFO("seed " << random.seed);
  for (int i = 0; i < 200000; ++i) {
    const float value = std::bit_cast<float>(static_cast<std::uint32_t>(random.engine()));
    if (!std::isfinite(value) || std::abs(value) > 3.38e38f) continue;
    if (!is_nearest(value, float_to_bfloat16(value), bfloat16_value)) FAIL("float " << value);
  }
  CHECK(float_to_bfloat16(std::numeric_limits<float>::max()) == 0x7F80);  // rounds up to infinity
}
