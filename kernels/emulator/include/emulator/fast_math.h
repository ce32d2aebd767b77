/// @file
/// The functions that a GPU computes faster and less exactly: __expf, __sinf, __fdividef, ...
/// Here they are as exact as their plain forms, which is within what CUDA promises of them.
#pragma once

#include <math.h>

// The C library may declare some of these names for itself; the linkage and noexcept agree with its
// declarations.
extern "C" {

inline float __expf(float a) noexcept { return __builtin_expf(a); }
inline float __exp10f(float a) noexcept { return __builtin_powf(10.0f, a); }
inline float __logf(float a) noexcept { return __builtin_logf(a); }
inline float __log2f(float a) noexcept { return __builtin_log2f(a); }
inline float __log10f(float a) noexcept { return __builtin_log10f(a); }
inline float __powf(float a, float b) noexcept { return __builtin_powf(a, b); }
inline float __sinf(float a) noexcept { return __builtin_sinf(a); }
inline float __cosf(float a) noexcept { return __builtin_cosf(a); }
inline float __tanf(float a) noexcept { return __builtin_tanf(a); }
inline float __tanhf(float a) noexcept { return __builtin_tanhf(a); }
inline void __sincosf(float a, float* sine, float* cosine) noexcept {
  *sine = __builtin_sinf(a);
  *cosine = __builtin_cosf(a);
}

}  // extern "C"

inline float __fdividef(float a, float b) { return a / b; }
inline float fdividef(float a, float b) { return a / b; }
inline double fdivide(double a, double b) { return a / b; }

/// `a` limited to [0, 1]; a NaN becomes 0.
inline float __saturatef(float a) { return a >= 1.0f ? 1.0f : a > 0.0f ? a : 0.0f; }
