/// @file
/// cuComplex.h: complex numbers as float2 and double2.
#pragma once

#include <math.h>

#include <emulator/vector_functions.h>

using cuFloatComplex = float2;
using cuDoubleComplex = double2;
using cuComplex = cuFloatComplex;

/// Defines the functions over T, whose names end in F ("f" or nothing); NAME is Float or Double.
#define EMULATOR_COMPLEX(T, REAL, NAME, F)                                                 \
  inline T make_cu##NAME##Complex(REAL real, REAL imaginary) { return {real, imaginary}; } \
  inline REAL cuCreal##F(T a) { return a.x; }                                              \
  inline REAL cuCimag##F(T a) { return a.y; }                                              \
  inline T cuConj##F(T a) { return {a.x, -a.y}; }                                          \
  inline T cuCadd##F(T a, T b) { return {a.x + b.x, a.y + b.y}; }                          \
  inline T cuCsub##F(T a, T b) { return {a.x - b.x, a.y - b.y}; }                          \
  inline T cuCmul##F(T a, T b) { return {a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x}; }  \
  /* Scaled by the divisor's size, so that its square does not overflow. */                \
  inline T cuCdiv##F(T a, T b) {                                                           \
    const REAL scale = 1 / (std::fabs(b.x) + std::fabs(b.y));                              \
    const REAL ar = a.x * scale, ai = a.y * scale, br = b.x * scale, bi = b.y * scale;     \
    const REAL inverse = 1 / (br * br + bi * bi);                                          \
    return {(ar * br + ai * bi) * inverse, (ai * br - ar * bi) * inverse};                 \
  }                                                                                        \
  inline REAL cuCabs##F(T a) { return std::hypot(a.x, a.y); }                              \
  inline T cuCfma##F(T a, T b, T c) { return cuCadd##F(cuCmul##F(a, b), c); }

EMULATOR_COMPLEX(cuFloatComplex, float, Float, f)
EMULATOR_COMPLEX(cuDoubleComplex, double, Double, )

#undef EMULATOR_COMPLEX

inline cuComplex make_cuComplex(float real, float imaginary) { return {real, imaginary}; }
inline cuDoubleComplex cuComplexFloatToDouble(cuFloatComplex a) { return {a.x, a.y}; }
inline cuFloatComplex cuComplexDoubleToFloat(cuDoubleComplex a) {
  return {static_cast<float>(a.x), static_cast<float>(a.y)};
}
