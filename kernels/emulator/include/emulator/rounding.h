/// @file
/// Floating-point arithmetic with the rounding in the name: __fadd_rn, __dmul_rz, __fsqrt_ru, ...
/// rn: to nearest, ties to even; rz: towards zero; ru: up; rd: down. No result here is fused with a following
/// operation, as CUDA promises.
#pragma once

#include <math.h>

#include <cfenv>

namespace emulator {

/// `value`, in a form that the compiler cannot contract into a fused multiply-add.
template <typename T>
inline T uncontracted(T value) {
#if defined(__x86_64__)
  asm("" : "+x"(value));
  return value;
#elif defined(__aarch64__)
  asm("" : "+w"(value));
  return value;
#else
  volatile T stored = value;
  return stored;
#endif
}

/// `value` read back from memory, so that what is computed with it cannot move before an earlier call.
template <typename T>
inline T reloaded(T value) {
  volatile T stored = value;
  return stored;
}

/// operation(operands...) under a rounding mode of <cfenv>. Never inlined: arguments are then computed before
/// and the result is used after the mode holds, which compilers do not otherwise guarantee.
template <typename Operation, typename... Operand>
[[gnu::noinline]] auto rounded(int mode, Operation operation, Operand... operands) {
  const int previous = std::fegetround();
  std::fesetround(mode);
  const auto result = reloaded(operation(reloaded(operands)...));
  std::fesetround(previous);
  return result;
}

}  // namespace emulator

/// Defines NAME_rn, _rz, _ru and _rd over T for an expression of the parameters.
#define EMULATOR_ROUNDED(NAME, T, PARAMETERS, ARGUMENTS, EXPRESSION)                               \
  namespace emulator::operation {                                                                  \
  inline constexpr auto NAME = [] PARAMETERS { return T(EXPRESSION); };                            \
  }                                                                                                \
  inline T NAME##_rn PARAMETERS {                                                                  \
    return emulator::uncontracted(emulator::operation::NAME(EMULATOR_UNPACK ARGUMENTS));           \
  }                                                                                                \
  inline T NAME##_rz PARAMETERS {                                                                  \
    return emulator::rounded(FE_TOWARDZERO, emulator::operation::NAME, EMULATOR_UNPACK ARGUMENTS); \
  }                                                                                                \
  inline T NAME##_ru PARAMETERS {                                                                  \
    return emulator::rounded(FE_UPWARD, emulator::operation::NAME, EMULATOR_UNPACK ARGUMENTS);     \
  }                                                                                                \
  inline T NAME##_rd PARAMETERS {                                                                  \
    return emulator::rounded(FE_DOWNWARD, emulator::operation::NAME, EMULATOR_UNPACK ARGUMENTS);   \
  }
#define EMULATOR_UNPACK(...) __VA_ARGS__

EMULATOR_ROUNDED(__fadd, float, (float a, float b), (a, b), a + b)
EMULATOR_ROUNDED(__fsub, float, (float a, float b), (a, b), a - b)
EMULATOR_ROUNDED(__fmul, float, (float a, float b), (a, b), a* b)
EMULATOR_ROUNDED(__fdiv, float, (float a, float b), (a, b), a / b)
EMULATOR_ROUNDED(__fmaf, float, (float a, float b, float c), (a, b, c), __builtin_fmaf(a, b, c))
EMULATOR_ROUNDED(__frcp, float, (float a), (a), 1.0f / a)
EMULATOR_ROUNDED(__fsqrt, float, (float a), (a), __builtin_sqrtf(a))

EMULATOR_ROUNDED(__dadd, double, (double a, double b), (a, b), a + b)
EMULATOR_ROUNDED(__dsub, double, (double a, double b), (a, b), a - b)
EMULATOR_ROUNDED(__dmul, double, (double a, double b), (a, b), a* b)
EMULATOR_ROUNDED(__ddiv, double, (double a, double b), (a, b), a / b)
EMULATOR_ROUNDED(__fma, double, (double a, double b, double c), (a, b, c), __builtin_fma(a, b, c))
EMULATOR_ROUNDED(__drcp, double, (double a), (a), 1.0 / a)
EMULATOR_ROUNDED(__dsqrt, double, (double a), (a), __builtin_sqrt(a))

EMULATOR_ROUNDED(__double2float, float, (double a), (a), a)
EMULATOR_ROUNDED(__int2float, float, (int a), (a), a)
EMULATOR_ROUNDED(__uint2float, float, (unsigned int a), (a), a)
EMULATOR_ROUNDED(__ll2float, float, (long long a), (a), a)
EMULATOR_ROUNDED(__ull2float, float, (unsigned long long a), (a), a)
EMULATOR_ROUNDED(__ll2double, double, (long long a), (a), a)
EMULATOR_ROUNDED(__ull2double, double, (unsigned long long a), (a), a)

#undef EMULATOR_UNPACK
#undef EMULATOR_ROUNDED

/// 1 / sqrt(a), rounded once: the double result is exact enough that rounding it again changes nothing.
inline float __frsqrt_rn(float a) { return float(1.0 / __builtin_sqrt(double(a))); }
