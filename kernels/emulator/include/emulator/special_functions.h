/// @file
/// Inverse error functions, normal distribution, scaled erfc: what CUDA's math library has and C's does not.
#pragma once

#include <math.h>

#include <limits>

namespace emulator {

inline constexpr double kSqrtPi = 1.77245385090551602730;
inline constexpr double kSqrt2 = 1.41421356237309504880;

/// exp(x^2) * erfc(x).
inline double scaled_erfc(double x) {
  if (x < 10.0) {
    // x^2 = square + rest, both kept: an error in the exponent would be a relative error of the result.
    const double square = x * x;
    const double rest = __builtin_fma(x, x, -square);
    return std::exp(square) * (1.0 + rest) * std::erfc(x);
  }
  // Asymptotic series; at x = 10 its 12th term is below 1e-16.
  const double step = -0.5 / (x * x);
  double sum = 1.0;
  for (int k = 12; k >= 1; --k) sum = 1.0 + (2 * k - 1) * step * sum;
  return sum / (x * kSqrtPi);
}

/// The x with erfc(x) = y, for y in [0, 2].
inline double inverse_erfc(double y) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (!(y >= 0.0 && y <= 2.0)) return std::numeric_limits<double>::quiet_NaN();
  if (y == 0.0) return kInfinity;
  if (y == 2.0) return -kInfinity;
  if (y > 1.0) return -inverse_erfc(2.0 - y);
  // A first guess to a few percent from the tail's leading term, then Halley's method on log(erfc), whose
  // steps keep their precision where erfc is tiny: with r = erfcx(x), the derivative of log(erfc(x)) is -2 /
  // (sqrt(pi) r).
  const double log_y = std::log(y);
  double x = 0.0;
  if (y < 0.5) {
    const double t = std::sqrt(-log_y);
    x = t - (std::log(t * kSqrtPi) / (2.0 * t)) * (t > 1.0 ? 1.0 : 0.5);
    if (!(x > 0.0)) x = 0.3;
  } else {
    x = (1.0 - y) * kSqrtPi / 2.0;
  }
  for (int step = 0; step < 6; ++step) {
    const double r = scaled_erfc(x);
    // log(erfc(x)) = log(r) - x^2; near 1 the plain difference of erfc is the more exact one.
    const double log_ratio = y < 0.5 ? std::log(r) - x * x - log_y : std::log1p((std::erfc(x) - y) / y);
    const double slope = -2.0 / (kSqrtPi * r);
    const double curvature = slope * (-2.0 * x - slope);
    const double newton = log_ratio / slope;
    const double delta = newton / (1.0 - 0.5 * newton * curvature / slope);
    x -= delta;
    if (std::fabs(delta) < 1e-17 * (1.0 + std::fabs(x))) break;
  }
  return x;
}

/// The x with erf(x) = y, for y in [-1, 1].
inline double inverse_erf(double y) {
  if (y < 0.0) return -inverse_erf(-y);
  if (y > 0.5) return inverse_erfc(1.0 - y);  // the subtraction is exact
  double x = y * kSqrtPi / 2.0;
  for (int step = 0; step < 4; ++step) {
    const double newton = (std::erf(x) - y) * (kSqrtPi / 2.0) * std::exp(x * x);
    x -= newton / (1.0 + x * newton);
  }
  return x;
}

}  // namespace emulator

inline double erfcx(double a) { return emulator::scaled_erfc(a); }
inline float erfcxf(float a) { return float(emulator::scaled_erfc(a)); }
inline double erfinv(double a) { return emulator::inverse_erf(a); }
inline float erfinvf(float a) { return float(emulator::inverse_erf(a)); }
inline double erfcinv(double a) { return emulator::inverse_erfc(a); }
inline float erfcinvf(float a) { return float(emulator::inverse_erfc(a)); }
inline double normcdf(double a) { return 0.5 * std::erfc(-a / emulator::kSqrt2); }
inline float normcdff(float a) { return float(normcdf(double(a))); }
inline double normcdfinv(double a) { return -emulator::kSqrt2 * emulator::inverse_erfc(2.0 * a); }
inline float normcdfinvf(float a) { return float(normcdfinv(double(a))); }
