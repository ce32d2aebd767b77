#include <cuda_fp8.h>

#include <cmath>
#include <limits>
#include <random>

#include "support/catch.h"

namespace {

/// The value of an 8-bit float, from the definition of the format.
double value_of(unsigned bits, __nv_fp8_interpretation_t kind) {
  const int mantissa_bits = kind == __NV_E4M3 ? 3 : 2, bias = kind == __NV_E4M3 ? 7 : 15;
  const unsigned magnitude = bits & 0x7f;
  const int exponent = static_cast<int>(magnitude >> mantissa_bits);
  const int mantissa = static_cast<int>(magnitude) & ((1 << mantissa_bits) - 1);
  const double sign = bits & 0x80 ? -1.0 : 1.0;
  if (kind == __NV_E4M3 ? magnitude == 0x7f : magnitude > 0x7c)
    return std::numeric_limits<double>::quiet_NaN();
  if (kind == __NV_E5M2 && magnitude == 0x7c) return sign * std::numeric_limits<double>::infinity();
  if (exponent == 0) return sign * std::ldexp(mantissa, 1 - bias - mantissa_bits);
  return sign * std::ldexp(mantissa + (1 << mantissa_bits), exponent - bias - mantissa_bits);
}

}  // namespace

TEST_CASE("every 8-bit float converts to half exactly and back") {
  for (const auto kind : {__NV_E4M3, __NV_E5M2}) {
    int wrong = 0;
    for (unsigned bits = 0; bits < 256; ++bits) {
      const double expected = value_of(bits, kind);
      const __half_raw raw = __nv_cvt_fp8_to_halfraw(static_cast<__nv_fp8_storage_t>(bits), kind);
      const auto value = static_cast<float>(__half(raw));
      if (std::isnan(expected)) {
        wrong += !std::isnan(value) || __nv_cvt_float_to_fp8(value, __NV_NOSAT, kind) != 0x7f;
      } else {
        wrong += value != expected || __nv_cvt_float_to_fp8(value, __NV_NOSAT, kind) != bits;
        wrong += __nv_cvt_halfraw_to_fp8(raw, __NV_NOSAT, kind) != bits;
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("a float becomes the nearest 8-bit float, ties to even") {
  const unsigned seed = 41;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const auto kind : {__NV_E4M3, __NV_E5M2}) {
    const unsigned greatest = kind == __NV_E4M3 ? 0x7e : 0x7b;
    int wrong = 0;
    for (int i = 0; i < 20000; ++i) {
      const unsigned below = random() % greatest;
      const double low = value_of(below, kind), high = value_of(below + 1, kind);
      const double place = static_cast<double>(random() % 9) / 8.0;  // now and then the middle
      const double value = low + place * (high - low);
      const unsigned expected = place < 0.5 || (place == 0.5 && below % 2 == 0) ? below : below + 1;
      wrong += __nv_cvt_double_to_fp8(value, __NV_NOSAT, kind) != expected;
      wrong += __nv_cvt_double_to_fp8(-value, __NV_SATFINITE, kind) != (expected | 0x80);
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("what is too great saturates, or becomes NaN or infinity") {
  CHECK(__nv_cvt_float_to_fp8(1000.0f, __NV_SATFINITE, __NV_E4M3) == 0x7e);
  CHECK(__nv_cvt_float_to_fp8(-1000.0f, __NV_NOSAT, __NV_E4M3) == 0xff);
  CHECK(__nv_cvt_float_to_fp8(464.0f, __NV_SATFINITE, __NV_E4M3) == 0x7e);
  CHECK(__nv_cvt_float_to_fp8(470.0f, __NV_SATFINITE, __NV_E4M3) == 0x7e);
  CHECK(__nv_cvt_float_to_fp8(65000.0f, __NV_SATFINITE, __NV_E5M2) == 0x7b);
  CHECK(__nv_cvt_float_to_fp8(1e6f, __NV_SATFINITE, __NV_E5M2) == 0x7b);
  CHECK(__nv_cvt_float_to_fp8(-1e30f, __NV_NOSAT, __NV_E5M2) == 0xfc);
}

TEST_CASE("the types convert, in pairs and fours as well") {
  const __nv_fp8_e4m3 a(3.3f);
  CHECK(static_cast<float>(a) == 3.25f);
  CHECK(static_cast<int>(__nv_fp8_e5m2(-7.9f)) == -8);
  CHECK(static_cast<float>(static_cast<__half>(__nv_fp8_e4m3(__half(0.5f)))) == 0.5f);
  const float2 pair = static_cast<float2>(__nv_fp8x2_e5m2(float2{1.0f, -2.0f}));
  CHECK((pair.x == 1.0f && pair.y == -2.0f));
  const float4 four = static_cast<float4>(__nv_fp8x4_e4m3(float4{1.0f, 2.0f, 500.0f, -4.0f}));
  CHECK((four.x == 1.0f && four.y == 2.0f && four.z == 448.0f && four.w == -4.0f));
}
