/// @file
/// cuda_fp8.h: 8-bit floats. E4M3 has 4 bits of exponent, 3 of mantissa, no infinity and reaches 448; E5M2
/// has 5 and 2, infinities, and reaches 57344.
#pragma once

#include <cmath>
#include <type_traits>

#include <emulator/bfloat16.h>
#include <emulator/half.h>
#include <emulator/vector_types.h>

using __nv_fp8_storage_t = unsigned char;
using __nv_fp8x2_storage_t = unsigned short;
using __nv_fp8x4_storage_t = unsigned int;

/// What becomes of numbers beyond the greatest: NaN or infinity, or the greatest.
enum __nv_saturation_t { __NV_NOSAT, __NV_SATFINITE };
enum __nv_fp8_interpretation_t { __NV_E4M3, __NV_E5M2 };

namespace emulator {

struct Fp8Format {
  int mantissa_bits;
  int least_exponent;       ///< of a normal number
  unsigned greatest;        ///< code of the greatest number
  unsigned after_greatest;  ///< what overflow becomes without saturation

  static constexpr Fp8Format of(__nv_fp8_interpretation_t kind) {
    return kind == __NV_E4M3 ? Fp8Format{3, -6, 0x7e, 0x7f} : Fp8Format{2, -14, 0x7b, 0x7c};
  }
};

/// Rounded to nearest, ties to even.
inline __nv_fp8_storage_t to_fp8(double value, __nv_saturation_t saturation, __nv_fp8_interpretation_t kind) {
  const Fp8Format format = Fp8Format::of(kind);
  if (value != value) return 0x7f;
  const unsigned sign = std::signbit(value) ? 0x80 : 0;
  const double magnitude = std::fabs(value);
  const unsigned overflow = saturation == __NV_SATFINITE ? format.greatest : format.after_greatest;
  if (magnitude > 1e6) return static_cast<__nv_fp8_storage_t>(sign | overflow);
  int exponent = magnitude > 0.0 ? std::ilogb(magnitude) : format.least_exponent;
  if (exponent < format.least_exponent) exponent = format.least_exponent;
  // The significand's leading 1 adds one to the exponent field, and so does a carry.
  const double significand = std::nearbyint(std::ldexp(magnitude, format.mantissa_bits - exponent));
  const unsigned code = (static_cast<unsigned>(exponent - format.least_exponent) << format.mantissa_bits) +
                        static_cast<unsigned>(significand);
  return static_cast<__nv_fp8_storage_t>(sign | (code > format.greatest ? overflow : code));
}

/// Exact: a half holds every 8-bit float.
inline __half from_fp8(__nv_fp8_storage_t bits, __nv_fp8_interpretation_t kind) {
  const unsigned sign = (bits & 0x80u) << 8;
  if (kind == __NV_E5M2) {  // the upper half of a half
    const bool is_nan = (bits & 0x7f) > 0x7c;
    return __half::from_bits(static_cast<unsigned short>(is_nan ? 0x7fff : bits << 8));
  }
  const unsigned magnitude = bits & 0x7fu;
  if (magnitude == 0x7f) return __half::from_bits(0x7fff);
  const int exponent = static_cast<int>(magnitude >> 3);
  const auto mantissa = static_cast<int>(magnitude & 7);
  const double value = exponent == 0 ? std::ldexp(mantissa, -9) : std::ldexp(8 + mantissa, exponent - 10);
  return __half(sign ? -value : value);
}

}  // namespace emulator

// ---- Conversions by CUDA's names ----

inline __nv_fp8_storage_t __nv_cvt_double_to_fp8(double a, __nv_saturation_t saturation,
                                                 __nv_fp8_interpretation_t kind) {
  return emulator::to_fp8(a, saturation, kind);
}
inline __nv_fp8_storage_t __nv_cvt_float_to_fp8(float a, __nv_saturation_t saturation,
                                                __nv_fp8_interpretation_t kind) {
  return emulator::to_fp8(a, saturation, kind);
}
inline __nv_fp8_storage_t __nv_cvt_halfraw_to_fp8(__half_raw a, __nv_saturation_t saturation,
                                                  __nv_fp8_interpretation_t kind) {
  return emulator::to_fp8(static_cast<float>(__half(a)), saturation, kind);
}
inline __nv_fp8_storage_t __nv_cvt_bfloat16raw_to_fp8(__nv_bfloat16_raw a, __nv_saturation_t saturation,
                                                      __nv_fp8_interpretation_t kind) {
  return emulator::to_fp8(static_cast<float>(__nv_bfloat16(a)), saturation, kind);
}
inline __half_raw __nv_cvt_fp8_to_halfraw(__nv_fp8_storage_t a, __nv_fp8_interpretation_t kind) {
  return emulator::from_fp8(a, kind);
}

namespace emulator {

/// Two 8-bit floats in one word, x in the low byte.
inline __nv_fp8x2_storage_t fp8_pair(double x, double y, __nv_saturation_t saturation,
                                     __nv_fp8_interpretation_t kind) {
  return static_cast<__nv_fp8x2_storage_t>(to_fp8(x, saturation, kind) | to_fp8(y, saturation, kind) << 8);
}

}  // namespace emulator

inline __nv_fp8x2_storage_t __nv_cvt_double2_to_fp8x2(double2 a, __nv_saturation_t saturation,
                                                      __nv_fp8_interpretation_t kind) {
  return emulator::fp8_pair(a.x, a.y, saturation, kind);
}
inline __nv_fp8x2_storage_t __nv_cvt_float2_to_fp8x2(float2 a, __nv_saturation_t saturation,
                                                     __nv_fp8_interpretation_t kind) {
  return emulator::fp8_pair(a.x, a.y, saturation, kind);
}
inline __nv_fp8x2_storage_t __nv_cvt_halfraw2_to_fp8x2(__half2_raw a, __nv_saturation_t saturation,
                                                       __nv_fp8_interpretation_t kind) {
  return __nv_cvt_float2_to_fp8x2(__half22float2(__half2(a)), saturation, kind);
}
inline __nv_fp8x2_storage_t __nv_cvt_bfloat16raw2_to_fp8x2(__nv_bfloat162_raw a, __nv_saturation_t saturation,
                                                           __nv_fp8_interpretation_t kind) {
  return __nv_cvt_float2_to_fp8x2(__bfloat1622float2(__nv_bfloat162(a)), saturation, kind);
}
inline __half2_raw __nv_cvt_fp8x2_to_halfraw2(__nv_fp8x2_storage_t a, __nv_fp8_interpretation_t kind) {
  return __half2(emulator::from_fp8(static_cast<__nv_fp8_storage_t>(a & 0xff), kind),
                 emulator::from_fp8(static_cast<__nv_fp8_storage_t>(a >> 8), kind));
}

// ---- Types: conversions to them saturate ----

#define EMULATOR_FP8_TYPES(NAME, KIND)                                                                       \
  struct __nv_fp8_##NAME {                                                                                   \
    __nv_fp8_storage_t __x;                                                                                  \
    __nv_fp8_##NAME() = default;                                                                             \
    template <typename Number, typename = std::enable_if_t<std::is_arithmetic_v<Number>>>                    \
    explicit __nv_fp8_##NAME(Number a)                                                                       \
        : __x(emulator::to_fp8(static_cast<double>(a), __NV_SATFINITE, KIND)) {}                             \
    explicit __nv_fp8_##NAME(__half a) : __nv_fp8_##NAME(static_cast<float>(a)) {}                           \
    explicit __nv_fp8_##NAME(__nv_bfloat16 a) : __nv_fp8_##NAME(static_cast<float>(a)) {}                    \
    explicit operator __half() const { return emulator::from_fp8(__x, KIND); }                               \
    explicit operator __nv_bfloat16() const { return __nv_bfloat16(static_cast<float>(*this)); }             \
    explicit operator bool() const { return (__x & 0x7f) != 0; }                                             \
    template <typename Number, typename = std::enable_if_t<std::is_arithmetic_v<Number>>>                    \
    explicit operator Number() const {                                                                       \
      const auto value = static_cast<float>(emulator::from_fp8(__x, KIND));                                  \
      if constexpr (std::is_integral_v<Number>)                                                              \
        return emulator::saturated<Number>(std::trunc(value));                                               \
      else                                                                                                   \
        return value;                                                                                        \
    }                                                                                                        \
  };                                                                                                         \
  struct alignas(2) __nv_fp8x2_##NAME {                                                                      \
    __nv_fp8x2_storage_t __x;                                                                                \
    __nv_fp8x2_##NAME() = default;                                                                           \
    explicit __nv_fp8x2_##NAME(float2 a) : __x(emulator::fp8_pair(a.x, a.y, __NV_SATFINITE, KIND)) {}        \
    explicit __nv_fp8x2_##NAME(double2 a) : __x(emulator::fp8_pair(a.x, a.y, __NV_SATFINITE, KIND)) {}       \
    explicit __nv_fp8x2_##NAME(__half2 a) : __nv_fp8x2_##NAME(__half22float2(a)) {}                          \
    explicit __nv_fp8x2_##NAME(__nv_bfloat162 a) : __nv_fp8x2_##NAME(__bfloat1622float2(a)) {}               \
    explicit operator __half2() const { return __nv_cvt_fp8x2_to_halfraw2(__x, KIND); }                      \
    explicit operator float2() const { return __half22float2(static_cast<__half2>(*this)); }                 \
  };                                                                                                         \
  struct alignas(4) __nv_fp8x4_##NAME {                                                                      \
    __nv_fp8x4_storage_t __x;                                                                                \
    __nv_fp8x4_##NAME() = default;                                                                           \
    explicit __nv_fp8x4_##NAME(float4 a)                                                                     \
        : __x(emulator::fp8_pair(a.x, a.y, __NV_SATFINITE, KIND) |                                           \
              static_cast<unsigned>(emulator::fp8_pair(a.z, a.w, __NV_SATFINITE, KIND)) << 16) {}            \
    __nv_fp8x4_##NAME(__half2 low, __half2 high)                                                             \
        : __nv_fp8x4_##NAME(float4{static_cast<float>(low.x), static_cast<float>(low.y),                     \
                                   static_cast<float>(high.x), static_cast<float>(high.y)}) {}               \
    explicit operator float4() const {                                                                       \
      const float2 low = __half22float2(__nv_cvt_fp8x2_to_halfraw2(static_cast<unsigned short>(__x), KIND)); \
      const float2 high =                                                                                    \
          __half22float2(__nv_cvt_fp8x2_to_halfraw2(static_cast<unsigned short>(__x >> 16), KIND));          \
      return {low.x, low.y, high.x, high.y};                                                                 \
    }                                                                                                        \
  };

EMULATOR_FP8_TYPES(e4m3, __NV_E4M3)
EMULATOR_FP8_TYPES(e5m2, __NV_E5M2)

#undef EMULATOR_FP8_TYPES
