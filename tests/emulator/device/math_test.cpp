#include <cuda_runtime.h>
#include <math_constants.h>

#include <cmath>
#include <limits>
#include <random>

#include "support/catch.h"

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// A random float with an exponent of -8 to 8: sums and products of two are exact in double, a fused one in
/// long double.
float moderate(std::mt19937& random) {
  const float mantissa = 1.0f + static_cast<float>(random() & 0x7fffff) / 8388608.0f;
  return std::ldexp(random() & 1 ? mantissa : -mantissa, static_cast<int>(random() % 17) - 8);
}

/// Whether four results are the roundings of the exact value.
template <typename Exact>
bool are_roundings(Exact exact, float rn, float rz, float ru, float rd) {
  const bool down = rd <= exact && (rd == exact || std::nextafter(rd, kInfinity) > exact);
  const bool up = ru >= exact && (ru == exact || std::nextafter(ru, -kInfinity) < exact);
  const bool nearest = rn == static_cast<float>(exact);
  return down && up && nearest && rz == (exact < 0 ? ru : rd);
}

double relative_error(double value, double exact) {
  return exact == 0.0 ? std::fabs(value) : std::fabs(value - exact) / std::fabs(exact);
}

}  // namespace

TEST_CASE("float arithmetic rounds in the direction of its name") {
  const unsigned seed = 21;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  int wrong[6] = {};
  for (int i = 0; i < 50000; ++i) {
    const float a = moderate(random), b = moderate(random), c = moderate(random);
    const double x = a, y = b;
    wrong[0] += !are_roundings(x + y, __fadd_rn(a, b), __fadd_rz(a, b), __fadd_ru(a, b), __fadd_rd(a, b));
    wrong[1] += !are_roundings(x - y, __fsub_rn(a, b), __fsub_rz(a, b), __fsub_ru(a, b), __fsub_rd(a, b));
    wrong[2] += !are_roundings(x * y, __fmul_rn(a, b), __fmul_rz(a, b), __fmul_ru(a, b), __fmul_rd(a, b));
    wrong[3] += !are_roundings(static_cast<long double>(x) / y, __fdiv_rn(a, b), __fdiv_rz(a, b),
                               __fdiv_ru(a, b), __fdiv_rd(a, b));
    wrong[4] += !are_roundings(static_cast<long double>(x * y) + c, __fmaf_rn(a, b, c), __fmaf_rz(a, b, c),
                               __fmaf_ru(a, b, c), __fmaf_rd(a, b, c));
    const float s = std::fabs(a);
    wrong[5] += !are_roundings(std::sqrt(static_cast<long double>(s)), __fsqrt_rn(s), __fsqrt_rz(s),
                               __fsqrt_ru(s), __fsqrt_rd(s));
  }
  for (const int count : wrong) CHECK(count == 0);
}

TEST_CASE("double arithmetic rounds in the direction of its name") {
  CHECK((__dadd_ru(1.0, 1e-20) == std::nextafter(1.0, 2.0) && __dadd_rd(1.0, 1e-20) == 1.0));
  CHECK((__dadd_rz(-1.0, -1e-20) == -1.0 && __dadd_rd(-1.0, -1e-20) == std::nextafter(-1.0, -2.0)));
  CHECK(__dmul_ru(1.0 / 3.0, 3.0) >= __dmul_rd(1.0 / 3.0, 3.0));
  CHECK(__ddiv_ru(1.0, 3.0) == std::nextafter(__ddiv_rd(1.0, 3.0), 1.0));
  CHECK(__dsqrt_ru(2.0) == std::nextafter(__dsqrt_rz(2.0), 2.0));
  CHECK(__fma_rn(1.0 + 0x1p-40, 1.0 - 0x1p-40, -1.0) == -0x1p-80);
  CHECK(__drcp_rn(3.0) == 1.0 / 3.0);
}

TEST_CASE("the rounding mode is as before after a directed operation") {
  const float before = 1.0f / 3.0f;
  (void)__fadd_ru(1.0f, 1e-10f);
  volatile float three = 3.0f;
  CHECK(1.0f / three == before);
}

TEST_CASE("numbers convert to integers by the rounding in the name") {
  CHECK((__float2int_rn(2.5f) == 2 && __float2int_rn(3.5f) == 4 && __float2int_rz(-2.9f) == -2));
  CHECK((__float2int_ru(2.1f) == 3 && __float2int_rd(-2.1f) == -3));
  CHECK((__double2int_rn(-2.5) == -2 && __double2ll_rd(-0.5) == -1 && __double2ull_ru(0.5) == 1));
  CHECK((__float2uint_rn(4e9f) == 4000000000u && __float2ll_rz(-1e15f) == -999999986991104ll));
}

TEST_CASE("conversions saturate, and NaN becomes what PTX says") {
  const float nan = CUDART_NAN_F;
  CHECK((__float2int_rz(3e9f) == std::numeric_limits<int>::max() &&
         __float2int_rz(-3e9f) == std::numeric_limits<int>::min()));
  CHECK((__float2int_rn(kInfinity) == std::numeric_limits<int>::max() && __float2uint_rz(-1.0f) == 0));
  CHECK((__float2uint_rn(kInfinity) == 0xffffffffu &&
         __float2ll_rn(1e30f) == std::numeric_limits<long long>::max()));
  CHECK((__double2int_rz(2147483648.0) == std::numeric_limits<int>::max() &&
         __double2int_rz(2147483647.0) == 2147483647));
  CHECK((__float2ull_rz(-1.0f) == 0 && __double2ull_rz(1e20) == ~0ull));
  CHECK((__float2int_rn(nan) == 0 && __float2uint_rn(nan) == 0));
  CHECK((__float2ll_rn(nan) == std::numeric_limits<long long>::min() &&
         __double2uint_rn(CUDART_NAN) == 0x80000000u));
}

TEST_CASE("integers convert to floats by the rounding in the name") {
  CHECK((__int2float_rz(16777217) == 16777216.0f && __int2float_ru(16777217) == 16777218.0f));
  CHECK((__int2float_rd(-16777217) == -16777218.0f && __int2float_rn(16777217) == 16777216.0f));
  CHECK((__uint2float_ru(0xffffffffu) == 4294967296.0f && __ull2float_rz(~0ull) == 18446742974197923840.0f));
  CHECK((__ll2double_rd(9007199254740993ll) == 9007199254740992.0 &&
         __ll2double_ru(9007199254740993ll) == 9007199254740994.0));
  CHECK((__double2float_ru(0.1) > 0.1 && __double2float_rd(0.1) < 0.1 && __double2float_rn(0.1) == 0.1f));
}

TEST_CASE("bits and numbers change places") {
  CHECK((__float_as_int(1.0f) == 0x3f800000 && __int_as_float(0x40490fdb) == 3.14159274f));
  CHECK((__float_as_uint(-0.0f) == 0x80000000u && __uint_as_float(0x7f800000u) == kInfinity));
  CHECK((__double_as_longlong(1.0) == 0x3ff0000000000000ll &&
         __longlong_as_double(0x4000000000000000ll) == 2.0));
  CHECK(__hiloint2double(__double2hiint(-3.75), __double2loint(-3.75)) == -3.75);
}

TEST_CASE("min and max take mixed types as nvcc's do") {
  CHECK((min(3, 5) == 3 && max(3u, 5u) == 5u && max(-1, 1u) == 0xffffffffu && min(2.5f, 2.25) == 2.25));
  CHECK((max(1ll, 2ull) == 2ull && min(-1L, 1L) == -1L && max(7ul, 6ul) == 7ul));
  CHECK((max(CUDART_NAN_F, 1.0f) == 1.0f && min(1.0f, CUDART_NAN_F) == 1.0f && max(2.0, CUDART_NAN) == 2.0));
  CHECK((fminf(1.0f, 2.0f) == 1.0f && fmaxf(1.0f, CUDART_NAN_F) == 1.0f && umin(3u, 4u) == 3u &&
         llmax(3, 4) == 4));
}

TEST_CASE("classification and absolute values are in the global namespace") {
  CHECK((::isnan(CUDART_NAN_F) && ::isinf(-kInfinity) && ::isfinite(1.0) && !::isfinite(CUDART_INF) &&
         ::signbit(-0.0f)));
  CHECK((::abs(-3) == 3 && ::abs(-3.5f) == 3.5f && ::abs(-4ll) == 4ll && ::fabs(-2.5) == 2.5 &&
         ::llabs(-5ll) == 5ll));
}

TEST_CASE("fast math functions are near the exact ones") {
  const unsigned seed = 22;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  double worst = 0.0;
  const auto note = [&worst](double value, double exact) {
    const double error = relative_error(value, exact);
    if (!(error <= worst)) worst = error;
  };
  for (int i = 0; i < 20000; ++i) {
    const float x = std::uniform_real_distribution<float>(0.01f, 20.0f)(random);
    const float y = std::uniform_real_distribution<float>(-3.0f, 3.0f)(random);
    const double dx = x, dy = y;
    note(__expf(y), std::exp(dy));
    note(__logf(x + 2.0f), std::log(static_cast<double>(x + 2.0f)));
    note(__powf(x, y), std::pow(dx, dy));
    note(__fdividef(y, x), dy / dx);
    note(rsqrtf(x), 1.0 / std::sqrt(dx));
    note(rsqrt(dx), 1.0 / std::sqrt(dx));
    note(__frsqrt_rn(x), 1.0 / std::sqrt(dx));
    note(rcbrtf(x), 1.0 / std::cbrt(dx));
    note(exp10f(y), std::pow(10.0, dy));
    note(__frcp_rn(x), 1.0 / dx);
    note(norm3df(x, y, 1.5f), std::sqrt(dx * dx + dy * dy + 2.25));
    note(rnorm4d(dx, dy, 1.0, 2.0), 1.0 / std::sqrt(dx * dx + dy * dy + 5.0));
    note(rhypotf(x, y), 1.0 / std::hypot(dx, dy));
  }
  CHECK_FALSE(!(worst <= 3e-7));  // two roundings to float, and what pow loses
}

TEST_CASE("sinpi and cospi are exact at half turns and right between") {
  CHECK((sinpi(1e15 + 1.0) == 0.0 && cospi(3.0) == -1.0 && sinpif(0.5f) == 1.0f && cospif(0.5f) == 0.0f));
  double sine, cosine, worst = 0.0;
  for (double x = -4.0; x <= 4.0; x += 0.01) {
    sincospi(x, &sine, &cosine);
    const double error =
        std::fabs(sine - std::sin(CUDART_PI * x)) + std::fabs(cosine - std::cos(CUDART_PI * x));
    if (!(error <= worst)) worst = error;
  }
  CHECK_FALSE(!(worst <= 1e-14));
}

TEST_CASE("norms neither overflow nor underflow") {
  CHECK(norm3d(3e300, 4e300, 0.0) == 5e300);
  CHECK(!(relative_error(norm4d(1e-300, 1e-300, 1e-300, 1e-300), 2e-300) > 1e-15));
  CHECK(norm3d(0.0, 0.0, 0.0) == 0.0);
  CHECK(::isinf(norm3d(CUDART_INF, CUDART_NAN, 1.0)));
  CHECK(::isnan(norm3d(1.0, CUDART_NAN, 1.0)));
}

TEST_CASE("inverse error functions undo the error functions") {
  double worst = 0.0;
  const auto note = [&worst](double value, double exact) {
    const double error = relative_error(value, exact);
    if (!(error <= worst)) worst = error;
  };
  for (double x = 0.01; x < 5.0; x += 0.0137) {
    note(erfcinv(std::erfc(x)), x);
    if (x < 2.0) note(erfinv(std::erf(x)), x);  // above, erf(x) is too close to 1 to tell x from it
    note(normcdfinv(normcdf(-x)), -x);
    note(erfcx(x), std::exp(x * x) * std::erfc(x));
  }
  CHECK_FALSE(!(worst <= 1e-13));
  CHECK((::isinf(erfinv(1.0)) && ::isnan(erfinv(1.5)) && erfinv(0.0) == 0.0 && erfcinv(2.0) == -CUDART_INF));
  CHECK(!(relative_error(erfcx(100.0), 0.005641613782989432904) > 1e-15));
  CHECK(!(relative_error(erfcinv(1e-300), 26.209469960516124) > 1e-14));
}

TEST_CASE("a saturated float is between 0 and 1, NaN is 0") {
  CHECK((__saturatef(-1.0f) == 0.0f && __saturatef(0.25f) == 0.25f && __saturatef(7.0f) == 1.0f));
  CHECK(__saturatef(CUDART_NAN_F) == 0.0f);
}
