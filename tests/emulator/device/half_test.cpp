#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "support/catch.h"

namespace {

/// The value of a 16-bit float, from the definition of the format.
double value_of(unsigned bits, int mantissa_bits) {
  const int exponent_bits = 15 - mantissa_bits;
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const int exponent = static_cast<int>(bits >> mantissa_bits) & ((1 << exponent_bits) - 1);
  const int mantissa = static_cast<int>(bits) & ((1 << mantissa_bits) - 1);
  const double sign = bits & 0x8000 ? -1.0 : 1.0;
  if (exponent == (1 << exponent_bits) - 1) {
    return mantissa ? std::numeric_limits<double>::quiet_NaN()
                    : sign * std::numeric_limits<double>::infinity();
  }
  if (exponent == 0) return sign * std::ldexp(mantissa, 1 - bias - mantissa_bits);
  return sign * std::ldexp(mantissa + (1 << mantissa_bits), exponent - bias - mantissa_bits);
}

struct Half {
  using Type = __half;
  using Pair = __half2;
  static constexpr int kMantissaBits = 10;
  static Type from_bits(unsigned bits) { return __ushort_as_half(static_cast<unsigned short>(bits)); }
  static unsigned bits(Type a) { return __half_as_ushort(a); }
  static Type nearest(float a) { return __float2half_rn(a); }
  static Type down(float a) { return __float2half_rd(a); }
  static Type up(float a) { return __float2half_ru(a); }
  static Type towards_zero(float a) { return __float2half_rz(a); }
  static Type from_double(double a) { return __double2half(a); }
};
struct Bfloat16 {
  using Type = __nv_bfloat16;
  using Pair = __nv_bfloat162;
  static constexpr int kMantissaBits = 7;
  static Type from_bits(unsigned bits) { return __ushort_as_bfloat16(static_cast<unsigned short>(bits)); }
  static unsigned bits(Type a) { return __bfloat16_as_ushort(a); }
  static Type nearest(float a) { return __float2bfloat16_rn(a); }
  static Type down(float a) { return __float2bfloat16_rd(a); }
  static Type up(float a) { return __float2bfloat16_ru(a); }
  static Type towards_zero(float a) { return __float2bfloat16_rz(a); }
  static Type from_double(double a) { return __double2bfloat16(a); }
};

/// The 16-bit float nearest to an exact value, ties to even, found by bisection over the ordered bit
/// patterns.
template <typename Format>
unsigned nearest_bits(long double exact) {
  if (std::isnan(exact)) return 0x7fff;
  const unsigned sign = std::signbit(exact) ? 0x8000 : 0;
  const long double magnitude = std::fabs(exact);
  const unsigned infinity = 0x7fff & ~((1u << Format::kMantissaBits) - 1);
  unsigned low = 0, high = infinity;  // value(low) <= magnitude
  while (high - low > 1) {
    const unsigned middle = (low + high) / 2;
    (value_of(middle, Format::kMantissaBits) <= magnitude ? low : high) = middle;
  }
  if (std::isinf(magnitude)) return sign | infinity;
  // The step above the greatest number counts as if the exponent went on.
  const long double below = value_of(low, Format::kMantissaBits);
  const long double above = high == infinity
                                ? below + (below - value_of(low - 1, Format::kMantissaBits))
                                : static_cast<long double>(value_of(high, Format::kMantissaBits));
  const long double to_below = magnitude - below, to_above = above - magnitude;
  const bool up = to_above < to_below || (to_above == to_below && (low & 1));
  return sign | (up ? high : low);
}

/// Bit patterns in the order of their values, -0 and 0 the same.
int order(unsigned bits) { return bits & 0x8000 ? -static_cast<int>(bits & 0x7fff) : static_cast<int>(bits); }

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

/// Random bits, every other time with an exponent near 0 so that operations meet numbers of like size.
template <typename Format>
typename Format::Type random_value(std::mt19937& random) {
  const unsigned bits = random() & 0xffff;
  if (random() & 1) return Format::from_bits(bits);
  const int exponent = static_cast<int>(random() % 9) - 4;
  return Format::nearest(std::ldexp(1.0f + static_cast<float>(bits & 0x7fff) / 32768.0f, exponent) *
                         (bits & 0x8000 ? -1.0f : 1.0f));
}

}  // namespace

TEMPLATE_TEST_CASE("every 16-bit float converts to float exactly and back", "", Half, Bfloat16) {
  int wrong = 0;
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const auto a = TestType::from_bits(bits);
    const auto value = static_cast<float>(a);
    wrong += !same(value, value_of(bits, TestType::kMantissaBits));
    if (std::isnan(value)) {
      wrong += TestType::bits(TestType::nearest(value)) != 0x7fff;
      continue;
    }
    wrong += TestType::bits(TestType::nearest(value)) != bits;
    wrong += TestType::bits(TestType::down(value)) != bits;
    wrong += TestType::bits(TestType::up(value)) != bits;
    wrong += TestType::bits(TestType::towards_zero(value)) != bits;
    wrong += TestType::bits(TestType::from_double(value)) != bits;
  }
  CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE("a float between two 16-bit floats is rounded as the mode says", "", Half, Bfloat16) {
  const unsigned seed = 11;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  int wrong = 0;
  for (int i = 0; i < 300000; ++i) {
    unsigned bits = static_cast<unsigned>(random());
    if (i % 2) bits = (bits & 0x8fffffffu) | 0x30000000u;
    float value;
    std::memcpy(&value, &bits, 4);
    if (std::isnan(value)) continue;
    wrong += TestType::bits(TestType::nearest(value)) != nearest_bits<TestType>(value);
    const double down = static_cast<float>(TestType::down(value)),
                 up = static_cast<float>(TestType::up(value));
    const double zero = static_cast<float>(TestType::towards_zero(value));
    wrong += !(down <= value && value <= up);
    // Nothing lies between: they are neighbours or equal.
    wrong += order(TestType::bits(TestType::up(value))) - order(TestType::bits(TestType::down(value))) !=
             (down == up ? 0 : 1);
    wrong += zero != (value < 0 ? up : down);
  }
  CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE("doubles and integers are rounded once", "", Half, Bfloat16) {
  const unsigned seed = 12;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  int wrong = 0;
  for (int i = 0; i < 100000; ++i) {
    // A tie of the 16-bit format with something small beyond a float's digits: rounding through float goes
    // astray.
    const double tie =
        1.0 + static_cast<double>(2 * (random() % 64) + 1) * std::ldexp(1.0, -TestType::kMantissaBits - 1);
    const double value = tie + (random() & 1 ? 1.0 : -1.0) * std::ldexp(1.0, -40);
    wrong += TestType::bits(TestType::from_double(value)) != nearest_bits<TestType>(value);
    const auto integer = static_cast<long long>(random() >> (random() % 63));
    wrong += TestType::bits(typename TestType::Type(integer)) !=
             nearest_bits<TestType>(static_cast<long double>(integer));
    wrong += TestType::bits(typename TestType::Type(-integer)) !=
                 nearest_bits<TestType>(-static_cast<long double>(integer)) &&
             integer != 0;
  }
  CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE("sum, difference, product, quotient and fused product round once", "", Half, Bfloat16) {
  const unsigned seed = 13;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  int wrong[5] = {};
  for (int i = 0; i < 200000; ++i) {
    const auto a = random_value<TestType>(random), b = random_value<TestType>(random),
               c = random_value<TestType>(random);
    const long double x = static_cast<float>(a), y = static_cast<float>(b), z = static_cast<float>(c);
    wrong[0] += TestType::bits(a + b) != nearest_bits<TestType>(x + y);
    wrong[1] += TestType::bits(__hsub(a, b)) != nearest_bits<TestType>(x - y);
    wrong[2] += TestType::bits(a * b) != nearest_bits<TestType>(x * y);
    wrong[3] += TestType::bits(__hdiv(a, b)) != nearest_bits<TestType>(x / y);
    // A long double holds the exact value where the addends are not too far apart; elsewhere the test would
    // be wrong.
    const long double product = x * y, sum = product + z;
    const bool exact = !std::isfinite(sum) || ((sum - product) == z && (sum - z) == product);
    if (exact) wrong[4] += TestType::bits(__hfma(a, b, c)) != nearest_bits<TestType>(sum);
  }
  for (const int count : wrong) CHECK(count == 0);
}

TEMPLATE_TEST_CASE("a fused product does not round before it adds", "", Half, Bfloat16) {
  // (1 + e)(1 - e) - 1 = -e^2, which a rounded product loses.
  const float e = std::ldexp(1.0f, -TestType::kMantissaBits + 2);
  const auto result = __hfma(TestType::nearest(1 + e), TestType::nearest(1 - e), TestType::nearest(-1.0f));
  CHECK(static_cast<float>(result) == -e * e);
}

TEMPLATE_TEST_CASE("comparisons of 16-bit floats know NaN", "", Half, Bfloat16) {
  const auto nan = TestType::from_bits(0x7fff), one = TestType::nearest(1.0f), two = TestType::nearest(2.0f);
  CHECK((__hlt(one, two) && __hle(one, one) && __hgt(two, one) && __hge(one, one) && __heq(one, one) &&
         __hne(one, two)));
  CHECK_FALSE((__hlt(one, nan) || __hle(one, nan) || __hgt(one, nan) || __hge(one, nan) || __heq(nan, nan) ||
               __hne(one, nan)));
  CHECK((__hltu(one, nan) && __hleu(one, nan) && __hgtu(one, nan) && __hgeu(one, nan) && __hequ(one, nan) &&
         __hneu(nan, nan)));
  CHECK((one != nan && !(one == nan) && one < two && !(nan < nan)));
  CHECK((__hisnan(nan) && !__hisnan(one)));
  CHECK(static_cast<float>(__hmax(nan, two)) == 2.0f);
  CHECK(static_cast<float>(__hmin(one, nan)) == 1.0f);
  CHECK(__hisnan(__hmax_nan(nan, two)));
  CHECK(TestType::bits(__hmax(TestType::from_bits(0x8000), TestType::from_bits(0))) == 0);
  CHECK(TestType::bits(__hmin(TestType::from_bits(0x8000), TestType::from_bits(0))) == 0x8000);
}

TEMPLATE_TEST_CASE("pairs work lane by lane", "", Half, Bfloat16) {
  const unsigned seed = 14;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  using Pair = typename TestType::Pair;
  int wrong = 0;
  const auto differs = [](auto a, auto b) { return TestType::bits(a) != TestType::bits(b); };
  for (int i = 0; i < 20000; ++i) {
    const auto a = random_value<TestType>(random), b = random_value<TestType>(random);
    const auto c = random_value<TestType>(random), d = random_value<TestType>(random);
    const Pair p(a, b), q(c, d);
    wrong += differs((p + q).x, a + c) + differs((p * q).y, b * d) + differs((p - q).y, b - d) +
             differs((p / q).x, a / c);
    wrong += differs(__hfma2(p, q, p).y, __hfma(b, d, b)) + differs(__hmax2(p, q).x, __hmax(a, c));
    wrong += __hblt2(p, q) != (a < c && b < d);
    wrong += __hlt2_mask(p, q) != ((a < c ? 0xffffu : 0u) | (b < d ? 0xffff0000u : 0u));
    wrong += differs(__lowhigh2highlow(p).x, b) + differs((-p).y, -b) + differs(__habs2(p).x, __habs(a));
    unsigned word;
    std::memcpy(&word, &p, 4);
    wrong += word != (TestType::bits(a) | TestType::bits(b) << 16);
  }
  CHECK(wrong == 0);
}

TEST_CASE("half conversions to integers round by name and saturate") {
  CHECK(__half2int_rn(__half(2.5f)) == 2);
  CHECK(__half2int_rn(__half(3.5f)) == 4);
  CHECK(__half2int_rz(__half(-2.9f)) == -2);
  CHECK(__half2int_ru(__half(2.1f)) == 3);
  CHECK(__half2int_rd(__half(-2.1f)) == -3);
  CHECK(__half2short_rn(__half(65504.0f)) == 32767);
  CHECK(__half2ushort_rn(__half(-5.0f)) == 0);
  CHECK(__half2uint_rz(__half(-1.0f)) == 0);
  CHECK(__half2int_rn(CUDART_NAN_FP16) == 0);
  CHECK(__half2int_rn(CUDART_INF_FP16) == std::numeric_limits<int>::max());
  CHECK(static_cast<float>(__int2half_rz(2049)) == 2048.0f);
  CHECK(static_cast<float>(__int2half_ru(2049)) == 2050.0f);
  CHECK(static_cast<float>(__int2half_rd(-2049)) == -2050.0f);
  CHECK(__half_as_ushort(__int2half_rn(70000)) == 0x7c00);
  CHECK(__half_as_ushort(__int2half_rz(70000)) == 0x7bff);
}

TEST_CASE("the names that build and split pairs agree on low and high") {
  const __half2 a = __floats2half2_rn(1.0f, 2.0f), b = __halves2half2(__half(3.0f), __half(4.0f));
  CHECK((__low2float(a) == 1.0f && __high2float(a) == 2.0f));
  CHECK((__low2float(__lows2half2(a, b)) == 1.0f && __high2float(__lows2half2(a, b)) == 3.0f));
  CHECK((__low2float(__highs2half2(a, b)) == 2.0f && __high2float(__highs2half2(a, b)) == 4.0f));
  CHECK((__half22float2(__low2half2(b)).y == 3.0f && __half22float2(__high2half2(b)).x == 4.0f));
  CHECK(static_cast<float>(__high2half(__float22half2_rn({5.0f, 6.0f}))) == 6.0f);
  CHECK(static_cast<float>(__half2half2(__half(7.0f)).y) == 7.0f);
}

TEMPLATE_TEST_CASE("math functions of 16-bit floats are within one unit of the last place", "", Half,
                   Bfloat16) {
  int wrong = 0;
  const auto close = [](auto result, double exact) {
    const unsigned expected = nearest_bits<TestType>(exact);
    const unsigned bits = TestType::bits(result);
    return bits == expected ||
           (!std::isnan(exact) && std::abs(static_cast<int>(bits) - static_cast<int>(expected)) <= 1);
  };
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const auto a = TestType::from_bits(bits);
    const double x = static_cast<float>(a);
    wrong += !close(hexp(a), std::exp(x)) + !close(hlog2(a), std::log2(x)) + !close(hsqrt(a), std::sqrt(x));
    wrong +=
        !close(hrsqrt(a), 1.0 / std::sqrt(x)) + !close(hrcp(a), 1.0 / x) + !close(htanh(a), std::tanh(x));
    wrong +=
        !close(hexp2(a), std::exp2(x)) + !close(hexp10(a), std::pow(10.0, x)) + !close(hlog(a), std::log(x));
    wrong += TestType::bits(hrint(a)) != nearest_bits<TestType>(std::nearbyint(x));
    wrong += TestType::bits(hfloor(a)) != nearest_bits<TestType>(std::floor(x));
    wrong += TestType::bits(hceil(a)) != nearest_bits<TestType>(std::ceil(x));
    wrong += TestType::bits(htrunc(a)) != nearest_bits<TestType>(std::trunc(x));
    if (std::fabs(x) < 100.0) wrong += !close(hsin(a), std::sin(x)) + !close(hcos(a), std::cos(x));
  }
  CHECK(wrong == 0);
}
