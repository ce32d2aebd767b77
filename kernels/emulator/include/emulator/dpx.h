/// @file
/// DPX, the instructions for dynamic programming: maxima and minima of three, of a sum, with a floor at 0
/// (_relu), with the information which it was (vib). s32 and u32 work on words, s16x2 and u16x2 on two halves
/// of a word.
#pragma once

#include <emulator/min_max.h>
#include <emulator/simd_intrinsics.h>

namespace emulator {

/// The lanes of a, b and c joined, 16 bits each.
template <typename Lane, typename Operation>
inline unsigned int per_half(unsigned int a, unsigned int b, unsigned int c, Operation operation) {
  const auto half = [&](int shift) {
    const int x = static_cast<Lane>(a >> shift), y = static_cast<Lane>(b >> shift),
              z = static_cast<Lane>(c >> shift);
    return (static_cast<unsigned int>(operation(x, y, z)) & 0xffffu) << shift;
  };
  return half(0) | half(16);
}

inline int wrapped_sum(int a, int b) {
  return static_cast<int>(static_cast<unsigned int>(a) + static_cast<unsigned int>(b));
}

}  // namespace emulator

/// For PICK in max, min: __viadd##PICK, __vi##PICK##3, __vi##PICK and __vib##PICK, where TAKES_FIRST compares
/// a and b.
#define EMULATOR_DPX(PICK, TAKES_FIRST)                                                                     \
  inline int __viadd##PICK##_s32(int a, int b, int c) { return PICK(emulator::wrapped_sum(a, b), c); }      \
  inline int __viadd##PICK##_s32_relu(int a, int b, int c) { return max(__viadd##PICK##_s32(a, b, c), 0); } \
  inline unsigned int __viadd##PICK##_u32(unsigned int a, unsigned int b, unsigned int c) {                 \
    return PICK(a + b, c);                                                                                  \
  }                                                                                                         \
  inline int __vi##PICK##3_s32(int a, int b, int c) { return PICK(PICK(a, b), c); }                         \
  inline int __vi##PICK##3_s32_relu(int a, int b, int c) { return max(__vi##PICK##3_s32(a, b, c), 0); }     \
  inline unsigned int __vi##PICK##3_u32(unsigned int a, unsigned int b, unsigned int c) {                   \
    return PICK(PICK(a, b), c);                                                                             \
  }                                                                                                         \
  inline int __vi##PICK##_s32_relu(int a, int b) { return max(PICK(a, b), 0); }                             \
  inline int __vib##PICK##_s32(int a, int b, bool* first) {                                                 \
    *first = a TAKES_FIRST b;                                                                               \
    return PICK(a, b);                                                                                      \
  }                                                                                                         \
  inline unsigned int __vib##PICK##_u32(unsigned int a, unsigned int b, bool* first) {                      \
    *first = a TAKES_FIRST b;                                                                               \
    return PICK(a, b);                                                                                      \
  }                                                                                                         \
  inline unsigned int __viadd##PICK##_s16x2(unsigned int a, unsigned int b, unsigned int c) {               \
    return emulator::per_half<short>(                                                                       \
        a, b, c, [](int x, int y, int z) { return PICK(int{static_cast<short>(x + y)}, z); });              \
  }                                                                                                         \
  inline unsigned int __viadd##PICK##_s16x2_relu(unsigned int a, unsigned int b, unsigned int c) {          \
    return __vmaxs2(__viadd##PICK##_s16x2(a, b, c), 0);                                                     \
  }                                                                                                         \
  inline unsigned int __viadd##PICK##_u16x2(unsigned int a, unsigned int b, unsigned int c) {               \
    return emulator::per_half<unsigned short>(                                                              \
        a, b, c, [](int x, int y, int z) { return PICK(int{static_cast<unsigned short>(x + y)}, z); });     \
  }                                                                                                         \
  inline unsigned int __vi##PICK##3_s16x2(unsigned int a, unsigned int b, unsigned int c) {                 \
    return emulator::per_half<short>(a, b, c, [](int x, int y, int z) { return PICK(PICK(x, y), z); });     \
  }                                                                                                         \
  inline unsigned int __vi##PICK##3_s16x2_relu(unsigned int a, unsigned int b, unsigned int c) {            \
    return __vmaxs2(__vi##PICK##3_s16x2(a, b, c), 0);                                                       \
  }                                                                                                         \
  inline unsigned int __vi##PICK##3_u16x2(unsigned int a, unsigned int b, unsigned int c) {                 \
    return emulator::per_half<unsigned short>(a, b, c,                                                      \
                                              [](int x, int y, int z) { return PICK(PICK(x, y), z); });     \
  }                                                                                                         \
  inline unsigned int __vi##PICK##_s16x2_relu(unsigned int a, unsigned int b) {                             \
    return __vmaxs2(__v##PICK##s2(a, b), 0);                                                                \
  }                                                                                                         \
  inline unsigned int __vib##PICK##_s16x2(unsigned int a, unsigned int b, bool* high, bool* low) {          \
    *high = static_cast<short>(a >> 16) TAKES_FIRST static_cast<short>(b >> 16);                            \
    *low = static_cast<short>(a) TAKES_FIRST static_cast<short>(b);                                         \
    return __v##PICK##s2(a, b);                                                                             \
  }                                                                                                         \
  inline unsigned int __vib##PICK##_u16x2(unsigned int a, unsigned int b, bool* high, bool* low) {          \
    *high = a >> 16 TAKES_FIRST b >> 16;                                                                    \
    *low = (a & 0xffff) TAKES_FIRST(b & 0xffff);                                                            \
    return __v##PICK##u2(a, b);                                                                             \
  }

EMULATOR_DPX(max, >=)
EMULATOR_DPX(min, <=)

#undef EMULATOR_DPX
