/// @file
/// Conversions between numbers, and between numbers and bits, by CUDA's names.
/// What is out of range saturates, as on a GPU. A NaN becomes 0, or, where 64 bits are involved, the integer
/// with only its highest bit set (PTX ISA, cvt).
#pragma once

#include <math.h>

#include <cstring>
#include <limits>

#include <emulator/rounding.h>

namespace emulator {

/// A float or double without fraction, as an integer; saturated.
template <typename Integer, typename Float>
inline Integer saturated(Float value) {
  using Limits = std::numeric_limits<Integer>;
  constexpr bool kWide = sizeof(Integer) == 8 || sizeof(Float) == 8;
  if (value != value) return kWide ? Integer(1ull << (Limits::digits + Limits::is_signed - 1)) : Integer(0);
  // 2^digits is representable, the greatest integer itself may not be.
  constexpr Float kEnd = Float(Limits::max() / 2 + 1) * 2;
  if (value >= kEnd) return Limits::max();
  if (value < Float(Limits::min())) return Limits::min();
  return Integer(value);
}

/// The bits of `value` as another type of the same size.
template <typename To, typename From>
inline To bits_as(From value) {
  static_assert(sizeof(To) == sizeof(From));
  To result;
  std::memcpy(&result, &value, sizeof(To));
  return result;
}

}  // namespace emulator

#define EMULATOR_TO_INTEGER(NAME, FLOAT, INTEGER)                                               \
  inline INTEGER NAME##_rn(FLOAT a) { return emulator::saturated<INTEGER>(std::nearbyint(a)); } \
  inline INTEGER NAME##_rz(FLOAT a) { return emulator::saturated<INTEGER>(std::trunc(a)); }     \
  inline INTEGER NAME##_ru(FLOAT a) { return emulator::saturated<INTEGER>(std::ceil(a)); }      \
  inline INTEGER NAME##_rd(FLOAT a) { return emulator::saturated<INTEGER>(std::floor(a)); }

EMULATOR_TO_INTEGER(__float2int, float, int)
EMULATOR_TO_INTEGER(__float2uint, float, unsigned int)
EMULATOR_TO_INTEGER(__float2ll, float, long long)
EMULATOR_TO_INTEGER(__float2ull, float, unsigned long long)
EMULATOR_TO_INTEGER(__double2int, double, int)
EMULATOR_TO_INTEGER(__double2uint, double, unsigned int)
EMULATOR_TO_INTEGER(__double2ll, double, long long)
EMULATOR_TO_INTEGER(__double2ull, double, unsigned long long)

#undef EMULATOR_TO_INTEGER

/// Exact: a double holds every 32-bit integer.
inline double __int2double_rn(int a) { return a; }
inline double __uint2double_rn(unsigned int a) { return a; }

inline int __float_as_int(float a) { return emulator::bits_as<int>(a); }
inline unsigned int __float_as_uint(float a) { return emulator::bits_as<unsigned int>(a); }
inline float __int_as_float(int a) { return emulator::bits_as<float>(a); }
inline float __uint_as_float(unsigned int a) { return emulator::bits_as<float>(a); }
inline long long __double_as_longlong(double a) { return emulator::bits_as<long long>(a); }
inline double __longlong_as_double(long long a) { return emulator::bits_as<double>(a); }

inline int __double2hiint(double a) { return int(__double_as_longlong(a) >> 32); }
inline int __double2loint(double a) { return int(__double_as_longlong(a)); }
inline double __hiloint2double(int high, int low) {
  return __longlong_as_double(
      (long long)(((unsigned long long)(unsigned int)high << 32) | (unsigned int)low));
}
