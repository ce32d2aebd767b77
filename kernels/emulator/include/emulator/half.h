/// @file
/// __half and __half2: IEEE binary16, with all of CUDA's conversions, arithmetic and functions.
#pragma once

#include <math.h>

#include <type_traits>

#include <emulator/atomics.h>
#include <emulator/fast_math.h>
#include <emulator/small_float_format.h>
#include <emulator/vector_types.h>

#define EMULATOR_FLOAT __half
#define EMULATOR_FLOAT2 __half2
#define EMULATOR_FLOAT_RAW __half_raw
#define EMULATOR_FLOAT2_RAW __half2_raw
#define EMULATOR_FORMAT emulator::HalfFormat
#define EMULATOR_NAME half
#define EMULATOR_NAME2 half2

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

using half = __half;
using half2 = __half2;
using nv_half = __half;
using nv_half2 = __half2;
using __nv_half = __half;
using __nv_half2 = __half2;
using __nv_half_raw = __half_raw;
using __nv_half2_raw = __half2_raw;

#define CUDART_INF_FP16 __ushort_as_half(0x7c00)
#define CUDART_NAN_FP16 __ushort_as_half(0x7fff)
#define CUDART_MIN_DENORM_FP16 __ushort_as_half(0x0001)
#define CUDART_MAX_NORMAL_FP16 __ushort_as_half(0x7bff)
#define CUDART_NEG_ZERO_FP16 __ushort_as_half(0x8000)
#define CUDART_ZERO_FP16 __ushort_as_half(0x0000)
#define CUDART_ONE_FP16 __ushort_as_half(0x3c00)
