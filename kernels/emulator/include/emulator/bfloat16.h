/// @file
/// __nv_bfloat16 and __nv_bfloat162: the upper half of a float, with all of CUDA's conversions, arithmetic
/// and functions.
#pragma once

#include <math.h>

#include <type_traits>

#include <emulator/atomics.h>
#include <emulator/fast_math.h>
#include <emulator/small_float_format.h>
#include <emulator/vector_types.h>

#define EMULATOR_FLOAT __nv_bfloat16
#define EMULATOR_FLOAT2 __nv_bfloat162
#define EMULATOR_FLOAT_RAW __nv_bfloat16_raw
#define EMULATOR_FLOAT2_RAW __nv_bfloat162_raw
#define EMULATOR_FORMAT emulator::Bfloat16Format
#define EMULATOR_NAME bfloat16
#define EMULATOR_NAME2 bfloat162

// In this order: each uses the ones before it.
// clang-format off
#include <emulator/small_float_type.inc>
#include <emulator/small_float_arithmetic.inc>
#include <emulator/small_float_conversions.inc>
#include <emulator/small_float_math.inc>
// clang-format on

#undef EMULATOR_FLOAT
#undef EMULATOR_FLOAT2
#undef EMULATOR_FLOAT_RAW
#undef EMULATOR_FLOAT2_RAW
#undef EMULATOR_FORMAT
#undef EMULATOR_NAME
#undef EMULATOR_NAME2

using nv_bfloat16 = __nv_bfloat16;
using nv_bfloat162 = __nv_bfloat162;

#define CUDART_INF_BF16 __ushort_as_bfloat16(0x7f80)
#define CUDART_NAN_BF16 __ushort_as_bfloat16(0x7fff)
#define CUDART_MIN_DENORM_BF16 __ushort_as_bfloat16(0x0001)
#define CUDART_MAX_NORMAL_BF16 __ushort_as_bfloat16(0x7f7f)
#define CUDART_NEG_ZERO_BF16 __ushort_as_bfloat16(0x8000)
#define CUDART_ZERO_BF16 __ushort_as_bfloat16(0x0000)
#define CUDART_ONE_BF16 __ushort_as_bfloat16(0x3f80)
