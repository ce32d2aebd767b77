/// @file
/// make_int2, make_float4 and the others: a vector from its elements.
#pragma once

#include <emulator/vector_types.h>

/// Defines make_NAME1 to make_NAME4 over SCALAR.
#define EMULATOR_MAKE_VECTORS(NAME, SCALAR)                                            \
  constexpr NAME##1 make_##NAME##1(SCALAR x) { return {x}; }                           \
  constexpr NAME##2 make_##NAME##2(SCALAR x, SCALAR y) { return {x, y}; }              \
  constexpr NAME##3 make_##NAME##3(SCALAR x, SCALAR y, SCALAR z) { return {x, y, z}; } \
  constexpr NAME##4 make_##NAME##4(SCALAR x, SCALAR y, SCALAR z, SCALAR w) { return {x, y, z, w}; }

EMULATOR_MAKE_VECTORS(char, signed char)
EMULATOR_MAKE_VECTORS(uchar, unsigned char)
EMULATOR_MAKE_VECTORS(short, short)
EMULATOR_MAKE_VECTORS(ushort, unsigned short)
EMULATOR_MAKE_VECTORS(int, int)
EMULATOR_MAKE_VECTORS(uint, unsigned int)
EMULATOR_MAKE_VECTORS(long, long)
EMULATOR_MAKE_VECTORS(ulong, unsigned long)
EMULATOR_MAKE_VECTORS(longlong, long long)
EMULATOR_MAKE_VECTORS(ulonglong, unsigned long long)
EMULATOR_MAKE_VECTORS(float, float)
EMULATOR_MAKE_VECTORS(double, double)

#undef EMULATOR_MAKE_VECTORS

/// The 32-byte vectors by alignment, as in CUDA 13.
#define EMULATOR_MAKE_ALIGNED_VECTORS(NAME, SCALAR)                                                       \
  constexpr NAME##_16a make_##NAME##_16a(SCALAR x, SCALAR y, SCALAR z, SCALAR w) { return {x, y, z, w}; } \
  constexpr NAME##_32a make_##NAME##_32a(SCALAR x, SCALAR y, SCALAR z, SCALAR w) { return {x, y, z, w}; }

EMULATOR_MAKE_ALIGNED_VECTORS(long4, long)
EMULATOR_MAKE_ALIGNED_VECTORS(ulong4, unsigned long)
EMULATOR_MAKE_ALIGNED_VECTORS(longlong4, long long)
EMULATOR_MAKE_ALIGNED_VECTORS(ulonglong4, unsigned long long)
EMULATOR_MAKE_ALIGNED_VECTORS(double4, double)

#undef EMULATOR_MAKE_ALIGNED_VECTORS
