/// @file
/// min and max in the global namespace for every pair of types that nvcc has them for. Where one argument is
/// unsigned the result is; where one is double the result is; a NaN loses against a number.
#pragma once

namespace emulator {

template <typename T>
constexpr T lesser(T a, T b) {
  return b < a || a != a ? b : a;
}

template <typename T>
constexpr T greater(T a, T b) {
  return b > a || a != a ? b : a;
}

}  // namespace emulator

#define EMULATOR_MIN_MAX(RESULT, A, B)                                      \
  constexpr RESULT min(A a, B b) { return emulator::lesser<RESULT>(a, b); } \
  constexpr RESULT max(A a, B b) { return emulator::greater<RESULT>(a, b); }

#define EMULATOR_MIN_MAX_INTEGER(SIGNED, UNSIGNED) \
  EMULATOR_MIN_MAX(SIGNED, SIGNED, SIGNED)         \
  EMULATOR_MIN_MAX(UNSIGNED, UNSIGNED, UNSIGNED)   \
  EMULATOR_MIN_MAX(UNSIGNED, SIGNED, UNSIGNED)     \
  EMULATOR_MIN_MAX(UNSIGNED, UNSIGNED, SIGNED)

EMULATOR_MIN_MAX_INTEGER(int, unsigned int)
EMULATOR_MIN_MAX_INTEGER(long, unsigned long)
EMULATOR_MIN_MAX_INTEGER(long long, unsigned long long)
EMULATOR_MIN_MAX(float, float, float)
EMULATOR_MIN_MAX(double, double, double)
EMULATOR_MIN_MAX(double, float, double)
EMULATOR_MIN_MAX(double, double, float)

#undef EMULATOR_MIN_MAX_INTEGER
#undef EMULATOR_MIN_MAX

/// The older names, one type each.
constexpr unsigned int umin(unsigned int a, unsigned int b) { return min(a, b); }
constexpr unsigned int umax(unsigned int a, unsigned int b) { return max(a, b); }
constexpr long long llmin(long long a, long long b) { return min(a, b); }
constexpr long long llmax(long long a, long long b) { return max(a, b); }
constexpr unsigned long long ullmin(unsigned long long a, unsigned long long b) { return min(a, b); }
constexpr unsigned long long ullmax(unsigned long long a, unsigned long long b) { return max(a, b); }
