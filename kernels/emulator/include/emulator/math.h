/// @file
/// CUDA's math API: the C library's functions, in the global namespace and overloaded on float as in C++, and
/// those that only CUDA has.
#pragma once

#include <math.h>
#include <stdlib.h>

#include <emulator/conversions.h>
#include <emulator/fast_math.h>
#include <emulator/min_max.h>
#include <emulator/rounding.h>
#include <emulator/special_functions.h>

namespace emulator {

/// sin(pi x) and cos(pi x), without the error of pi x: x is first reduced exactly to [-1/4, 1/4].
struct SineCosine {
  double sine, cosine;
};
inline SineCosine sine_cosine_of_pi_times(double x) {
  constexpr double kPi = 3.14159265358979323846;
  const double quarter = std::nearbyint(2.0 * x);  // in quarter turns
  const double rest = kPi * (x - 0.5 * quarter);
  const double s = std::sin(rest), c = std::cos(rest);
  if (!std::isfinite(x)) return {rest, rest};
  switch (int(std::fmod(quarter, 4.0)) & 3) {
    case 0:
      return {s, c};
    case 1:
      return {c, -s};
    case 2:
      return {-s, -c};
    default:
      return {-c, s};
  }
}

/// Euclidean norm without overflow or underflow in between.
template <typename... T>
inline double norm_of(T... components) {
  double greatest = 0.0;
  bool infinite = false;
  ((greatest = std::fmax(greatest, std::fabs(components)), infinite = infinite || std::isinf(components)),
   ...);
  if (infinite) return HUGE_VAL;
  if (!(greatest > 0.0)) return (... + (components - components));  // all zero, or only NaN
  int exponent = 0;
  std::frexp(greatest, &exponent);
  const auto square = [exponent](double v) {
    const double scaled = std::ldexp(v, -exponent);
    return scaled * scaled;
  };
  return std::ldexp(std::sqrt((... + square(components))), exponent);
}

/// Euclidean norm of an array.
template <typename T>
inline double norm_of_array(int count, const T* components) {
  double result = 0.0;
  for (int i = 0; i < count; ++i) result = std::hypot(result, double(components[i]));
  return result;
}

}  // namespace emulator

// C linkage where C libraries have begun to declare the same names.
extern "C" {

inline double rsqrt(double a) noexcept { return 1.0 / __builtin_sqrt(a); }
inline float rsqrtf(float a) noexcept { return 1.0f / __builtin_sqrtf(a); }
inline double sinpi(double a) noexcept { return emulator::sine_cosine_of_pi_times(a).sine; }
inline float sinpif(float a) noexcept { return float(emulator::sine_cosine_of_pi_times(a).sine); }
inline double cospi(double a) noexcept { return emulator::sine_cosine_of_pi_times(a).cosine; }
inline float cospif(float a) noexcept { return float(emulator::sine_cosine_of_pi_times(a).cosine); }

}  // extern "C"

inline void sincospi(double a, double* sine, double* cosine) {
  const emulator::SineCosine result = emulator::sine_cosine_of_pi_times(a);
  *sine = result.sine;
  *cosine = result.cosine;
}
inline void sincospif(float a, float* sine, float* cosine) {
  const emulator::SineCosine result = emulator::sine_cosine_of_pi_times(a);
  *sine = float(result.sine);
  *cosine = float(result.cosine);
}

inline double rcbrt(double a) { return 1.0 / std::cbrt(a); }
inline float rcbrtf(float a) { return float(1.0 / std::cbrt(double(a))); }

inline double rhypot(double a, double b) { return 1.0 / std::hypot(a, b); }
inline float rhypotf(float a, float b) { return float(1.0 / std::hypot(double(a), double(b))); }
inline double norm3d(double a, double b, double c) { return emulator::norm_of(a, b, c); }
inline float norm3df(float a, float b, float c) { return float(emulator::norm_of(a, b, c)); }
inline double rnorm3d(double a, double b, double c) { return 1.0 / emulator::norm_of(a, b, c); }
inline float rnorm3df(float a, float b, float c) { return float(1.0 / emulator::norm_of(a, b, c)); }
inline double norm4d(double a, double b, double c, double d) { return emulator::norm_of(a, b, c, d); }
inline float norm4df(float a, float b, float c, float d) { return float(emulator::norm_of(a, b, c, d)); }
inline double rnorm4d(double a, double b, double c, double d) { return 1.0 / emulator::norm_of(a, b, c, d); }
inline float rnorm4df(float a, float b, float c, float d) {
  return float(1.0 / emulator::norm_of(a, b, c, d));
}
inline double norm(int count, const double* a) { return emulator::norm_of_array(count, a); }
inline float normf(int count, const float* a) { return float(emulator::norm_of_array(count, a)); }
inline double rnorm(int count, const double* a) { return 1.0 / emulator::norm_of_array(count, a); }
inline float rnormf(int count, const float* a) { return float(1.0 / emulator::norm_of_array(count, a)); }

/// Modified Bessel functions of the first kind. I1 is odd, I0 is even.
inline double cyl_bessel_i0(double a) { return std::cyl_bessel_i(0.0, std::fabs(a)); }
inline float cyl_bessel_i0f(float a) { return float(cyl_bessel_i0(double(a))); }
inline double cyl_bessel_i1(double a) { return std::copysign(std::cyl_bessel_i(1.0, std::fabs(a)), a); }
inline float cyl_bessel_i1f(float a) { return float(cyl_bessel_i1(double(a))); }

// The float overloads, by the names of the double functions.
inline float rsqrt(float a) { return rsqrtf(a); }
inline float rcbrt(float a) { return rcbrtf(a); }
inline float sinpi(float a) { return sinpif(a); }
inline float cospi(float a) { return cospif(a); }
inline void sincospi(float a, float* sine, float* cosine) { sincospif(a, sine, cosine); }
inline void sincos(float a, float* sine, float* cosine) { __sincosf(a, sine, cosine); }
inline float exp10(float a) { return __exp10f(a); }
inline float erfcx(float a) { return erfcxf(a); }
inline float erfinv(float a) { return erfinvf(a); }
inline float erfcinv(float a) { return erfcinvf(a); }
inline float normcdf(float a) { return normcdff(a); }
inline float normcdfinv(float a) { return normcdfinvf(a); }
inline float fdivide(float a, float b) { return a / b; }
inline float j0(float a) { return j0f(a); }
inline float j1(float a) { return j1f(a); }
inline float jn(int order, float a) { return jnf(order, a); }
inline float y0(float a) { return y0f(a); }
inline float y1(float a) { return y1f(a); }
inline float yn(int order, float a) { return ynf(order, a); }
