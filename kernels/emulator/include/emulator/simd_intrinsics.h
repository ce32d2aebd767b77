/// @file
/// CUDA's SIMD-in-a-word intrinsics: one 32-bit word as two 16-bit or four 8-bit lanes.
/// In a name, s and u are signed and unsigned lanes, ss and us saturate as such.
#pragma once

#include <cstdint>
#include <type_traits>

namespace emulator {

/// The integer type of one lane of a word with kLanes lanes.
template <int kLanes>
using SignedLane = std::conditional_t<kLanes == 2, std::int16_t, std::int8_t>;
template <int kLanes>
using UnsignedLane = std::conditional_t<kLanes == 2, std::uint16_t, std::uint8_t>;

/// operation(lane of a, lane of b) in every lane; what the operation returns is cut to the lane's width.
template <int kLanes, typename Lane, typename Operation>
inline unsigned int per_lane(unsigned int a, unsigned int b, Operation operation) {
  constexpr int kBits = 32 / kLanes;
  constexpr unsigned int kMask = (1u << kBits) - 1;
  unsigned int result = 0;
  for (int shift = 0; shift < 32; shift += kBits) {
    const int x = static_cast<Lane>(a >> shift);
    const int y = static_cast<Lane>(b >> shift);
    result |= (static_cast<unsigned int>(operation(x, y)) & kMask) << shift;
  }
  return result;
}

/// `value` limited to what Lane can hold.
template <typename Lane>
inline int saturated_lane(int value) {
  constexpr int kBits = 8 * static_cast<int>(sizeof(Lane));
  constexpr int kMost = std::is_signed_v<Lane> ? (1 << (kBits - 1)) - 1 : (1 << kBits) - 1;
  constexpr int kLeast = std::is_signed_v<Lane> ? -kMost - 1 : 0;
  return value > kMost ? kMost : value < kLeast ? kLeast : value;
}

/// Sum over the lanes of |a - b|.
template <int kLanes, typename Lane>
inline unsigned int sum_of_differences(unsigned int a, unsigned int b) {
  unsigned int sum = 0;
  per_lane<kLanes, Lane>(a, b, [&sum](int x, int y) {
    sum += static_cast<unsigned int>(x > y ? x - y : y - x);
    return 0;
  });
  return sum;
}

}  // namespace emulator

/// Defines NAME2 and NAME4 from an expression of the lanes x and y, signed (Signed) or unsigned (Unsigned).
/// `Lane` in the expression is the type of the lane.
#define EMULATOR_LANES_OF(NAME, COUNT, SIGN, EXPRESSION)                                   \
  inline unsigned int NAME##COUNT(unsigned int a, unsigned int b) {                        \
    using Lane = emulator::SIGN##Lane<COUNT>;                                              \
    return emulator::per_lane<COUNT, Lane>(a, b, [](int x, int y) { return EXPRESSION; }); \
  }
#define EMULATOR_LANES(NAME, SIGN, EXPRESSION) \
  EMULATOR_LANES_OF(NAME, 2, SIGN, EXPRESSION) \
  EMULATOR_LANES_OF(NAME, 4, SIGN, EXPRESSION)

EMULATOR_LANES(__vadd, Unsigned, x + y)
EMULATOR_LANES(__vaddss, Signed, emulator::saturated_lane<Lane>(x + y))
EMULATOR_LANES(__vaddus, Unsigned, emulator::saturated_lane<Lane>(x + y))
EMULATOR_LANES(__vsub, Unsigned, x - y)
EMULATOR_LANES(__vsubss, Signed, emulator::saturated_lane<Lane>(x - y))
EMULATOR_LANES(__vsubus, Unsigned, emulator::saturated_lane<Lane>(x - y))
/// Averages: v rounds a half up, vh cuts it off.
EMULATOR_LANES(__vavgs, Signed, (x + y + (x + y >= 0)) >> 1)
EMULATOR_LANES(__vavgu, Unsigned, (x + y + 1) >> 1)
EMULATOR_LANES(__vhaddu, Unsigned, (x + y) >> 1)
EMULATOR_LANES(__vabsdiffs, Signed, x > y ? x - y : y - x)
EMULATOR_LANES(__vabsdiffu, Unsigned, x > y ? x - y : y - x)
EMULATOR_LANES(__vmaxs, Signed, x > y ? x : y)
EMULATOR_LANES(__vmaxu, Unsigned, x > y ? x : y)
EMULATOR_LANES(__vmins, Signed, x < y ? x : y)
EMULATOR_LANES(__vminu, Unsigned, x < y ? x : y)

/// Comparisons: vcmp fills a lane with ones where it holds, vset puts a 1.
#define EMULATOR_COMPARISON(NAME, SIGN, OPERATOR)           \
  EMULATOR_LANES(__vcmp##NAME, SIGN, x OPERATOR y ? -1 : 0) \
  EMULATOR_LANES(__vset##NAME, SIGN, x OPERATOR y ? 1 : 0)

EMULATOR_COMPARISON(eq, Unsigned, ==)
EMULATOR_COMPARISON(ne, Unsigned, !=)
EMULATOR_COMPARISON(ges, Signed, >=)
EMULATOR_COMPARISON(geu, Unsigned, >=)
EMULATOR_COMPARISON(gts, Signed, >)
EMULATOR_COMPARISON(gtu, Unsigned, >)
EMULATOR_COMPARISON(les, Signed, <=)
EMULATOR_COMPARISON(leu, Unsigned, <=)
EMULATOR_COMPARISON(lts, Signed, <)
EMULATOR_COMPARISON(ltu, Unsigned, <)

#undef EMULATOR_COMPARISON
#undef EMULATOR_LANES
#undef EMULATOR_LANES_OF

/// Absolute value and negation; the plain ones wrap at the most negative lane, ss saturate.
#define EMULATOR_UNARY_LANES(COUNT)                                                                        \
  inline unsigned int __vneg##COUNT(unsigned int a) { return __vsub##COUNT(0, a); }                        \
  inline unsigned int __vnegss##COUNT(unsigned int a) { return __vsubss##COUNT(0, a); }                    \
  inline unsigned int __vabs##COUNT(unsigned int a) { return __vabsdiffs##COUNT(a, 0); }                   \
  inline unsigned int __vabsss##COUNT(unsigned int a) { return __vmaxs##COUNT(a, __vsubss##COUNT(0, a)); } \
  inline unsigned int __vsads##COUNT(unsigned int a, unsigned int b) {                                     \
    return emulator::sum_of_differences<COUNT, emulator::SignedLane<COUNT>>(a, b);                         \
  }                                                                                                        \
  inline unsigned int __vsadu##COUNT(unsigned int a, unsigned int b) {                                     \
    return emulator::sum_of_differences<COUNT, emulator::UnsignedLane<COUNT>>(a, b);                       \
  }

EMULATOR_UNARY_LANES(2)
EMULATOR_UNARY_LANES(4)

#undef EMULATOR_UNARY_LANES
