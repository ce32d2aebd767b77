#include <cuda_runtime.h>

#include <cstdint>
#include <random>

#include "support/catch.h"

namespace {

constexpr unsigned kSeed = 31;
constexpr int kRounds = 20000;

int bit(std::uint64_t value, int index) { return static_cast<int>(value >> index & 1); }

/// 64 random bits, often with few of them set, and with 0 and all ones among them.
std::uint64_t random_bits(std::mt19937_64& random) {
  switch (random() % 4) {
    case 0:
      return random();
    case 1:
      return random() & random() & random();
    case 2:
      return random() >> (random() % 64);
    default:
      return random() % 3 - 1;
  }
}

}  // namespace

TEST_CASE("bits are counted, found and reversed") {
  INFO("seed " << kSeed);
  std::mt19937_64 random(kSeed);
  int wrong = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t value = random_bits(random);
    const auto word = static_cast<std::uint32_t>(value);
    int ones = 0, ones_low = 0, first = 0, first_low = 0, leading = 64, leading_low = 32;
    std::uint64_t reversed = 0;
    for (int i = 63; i >= 0; --i) {
      if (!bit(value, i)) continue;
      ++ones, first = i + 1, reversed |= 1ull << (63 - i);
      if (leading == 64) leading = 63 - i;
      if (i < 32) {
        ++ones_low, first_low = i + 1;
        if (leading_low == 32) leading_low = 31 - i;
      }
    }
    wrong += __popcll(value) != ones || __popc(word) != ones_low;
    wrong += __ffsll(static_cast<long long>(value)) != first || __ffs(static_cast<int>(word)) != first_low;
    wrong +=
        __clzll(static_cast<long long>(value)) != leading || __clz(static_cast<int>(word)) != leading_low;
    wrong += __brevll(value) != reversed ||
             __brev(static_cast<std::uint32_t>(value >> 32)) != static_cast<std::uint32_t>(reversed);
  }
  CHECK(wrong == 0);
}

TEST_CASE("bytes are permuted and words shifted together") {
  INFO("seed " << kSeed);
  std::mt19937_64 random(kSeed);
  int wrong = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto low = static_cast<unsigned>(random()), high = static_cast<unsigned>(random());
    const std::uint64_t both = static_cast<std::uint64_t>(high) << 32 | low;
    const auto selector = static_cast<unsigned>(random()) & 0x7777u;
    unsigned expected = 0;
    for (unsigned i = 0; i < 4; ++i)
      expected |= static_cast<unsigned>(both >> 8 * (selector >> 4 * i & 7) & 255) << 8 * i;
    wrong += __byte_perm(low, high, selector) != expected;

    const auto shift = static_cast<unsigned>(random() % 70);
    unsigned left = 0, right = 0, left_limited = 0, right_limited = 0;
    for (unsigned i = 0; i < 32; ++i) {  // bit i of the result is bit i + 32 - s, or i + s, of the pair
      left |= static_cast<unsigned>(bit(both, static_cast<int>(i + 32 - shift % 32))) << i;
      right |= static_cast<unsigned>(bit(both, static_cast<int>(i + shift % 32))) << i;
      const unsigned limited = shift > 32 ? 32 : shift;
      left_limited |= static_cast<unsigned>(bit(both, static_cast<int>(i + 32 - limited))) << i;
      right_limited |= static_cast<unsigned>(bit(both, static_cast<int>(i + limited))) << i;
    }
    wrong += __funnelshift_l(low, high, shift) != left || __funnelshift_r(low, high, shift) != right;
    wrong += __funnelshift_lc(low, high, shift) != left_limited ||
             __funnelshift_rc(low, high, shift) != right_limited;
  }
  CHECK(wrong == 0);
}

TEST_CASE("high halves, 24-bit products, averages and differences") {
  INFO("seed " << kSeed);
  std::mt19937_64 random(kSeed);
  __extension__ using Wide = __int128;
  int wrong = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto a = static_cast<std::int64_t>(random_bits(random)),
               b = static_cast<std::int64_t>(random_bits(random));
    const auto x = static_cast<std::int32_t>(a), y = static_cast<std::int32_t>(b);
    const auto ux = static_cast<std::uint32_t>(x), uy = static_cast<std::uint32_t>(y);
    wrong += __mul64hi(a, b) != static_cast<std::int64_t>((static_cast<Wide>(a) * b) >> 64);
    wrong += __mulhi(x, y) != static_cast<std::int32_t>((std::int64_t{x} * y) >> 32);
    wrong += __umulhi(ux, uy) != static_cast<std::uint32_t>((std::uint64_t{ux} * uy) >> 32);
    wrong +=
        __umul24(ux, uy) != static_cast<std::uint32_t>(std::uint64_t{ux % (1u << 24)} * (uy % (1u << 24)));
    const auto low24 = [](std::int64_t v) { return (v & 0x7fffff) - (v & 0x800000); };
    wrong += __mul24(x, y) != static_cast<std::int32_t>(low24(x) * low24(y));
    const std::int64_t sum = std::int64_t{x} + y, usum = std::int64_t{ux} + uy;
    const auto floor_half = [](std::int64_t v) { return v >= 0 ? v / 2 : -((1 - v) / 2); };
    wrong += __hadd(x, y) != floor_half(sum) || __rhadd(x, y) != floor_half(sum + 1);
    wrong += __uhadd(ux, uy) != usum / 2 || __urhadd(ux, uy) != (usum + 1) / 2;
    const std::int64_t difference = std::int64_t{x} - y, udifference = std::int64_t{ux} - uy;
    wrong += __sad(x, y, 7) != static_cast<std::uint32_t>((difference < 0 ? -difference : difference) + 7);
    wrong +=
        __usad(ux, uy, 7) != static_cast<std::uint32_t>((udifference < 0 ? -udifference : udifference) + 7);
  }
  CHECK(wrong == 0);
  CHECK(__umul64hi(~0ull, ~0ull) == ~0ull - 1);
}

TEST_CASE("dot products of bytes") {
  INFO("seed " << kSeed);
  std::mt19937_64 random(kSeed);
  int wrong = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto a = static_cast<unsigned>(random()), b = static_cast<unsigned>(random()),
               c = static_cast<unsigned>(random());
    std::int64_t sum = static_cast<std::int32_t>(c), usum = c, low = sum, high = sum, ulow = c, uhigh = c;
    for (int i = 0; i < 4; ++i) {
      const std::int64_t ua = a >> 8 * i & 255, ub = b >> 8 * i & 255;
      const std::int64_t sb = static_cast<std::int8_t>(ub);
      sum += static_cast<std::int8_t>(ua) * sb;
      usum += ua * ub;
      const std::int64_t uword = a >> 16 * (i & 1) & 0xffff, word = static_cast<std::int16_t>(uword);
      (i < 2 ? low : high) += word * sb;
      (i < 2 ? ulow : uhigh) += uword * ub;
    }
    const auto as_int = [](unsigned v) { return static_cast<int>(v); };
    wrong += __dp4a(as_int(a), as_int(b), as_int(c)) != static_cast<std::int32_t>(sum);
    wrong += __dp4a(a, b, c) != static_cast<std::uint32_t>(usum);
    wrong += __dp2a_lo(as_int(a), as_int(b), as_int(c)) != static_cast<std::int32_t>(low);
    wrong += __dp2a_hi(as_int(a), as_int(b), as_int(c)) != static_cast<std::int32_t>(high);
    wrong += __dp2a_lo(a, b, c) != static_cast<std::uint32_t>(ulow) ||
             __dp2a_hi(a, b, c) != static_cast<std::uint32_t>(uhigh);
  }
  CHECK(wrong == 0);
  CHECK(__dp4a(make_char4(1, -2, 3, -4), make_char4(5, 6, 7, 8), 100) == 100 + 5 - 12 + 21 - 32);
}

TEST_CASE("the n-th set bit from a place") {
  CHECK((__fns(0b10110u, 0, 1) == 1 && __fns(0b10110u, 0, 2) == 2 && __fns(0b10110u, 0, 3) == 4));
  CHECK((__fns(0b10110u, 4, -1) == 4 && __fns(0b10110u, 4, -2) == 2 && __fns(0b10110u, 0, 4) == 0xffffffffu));
  CHECK((__fns(0b10110u, 2, 0) == 2 && __fns(0b10110u, 3, 0) == 0xffffffffu));
}

namespace {

/// Checks `simd(a, b)` against `lane(x, y)` in every lane, the lanes taken as signed or unsigned.
template <int kLanes, bool kSigned, typename Simd, typename Lane>
int wrong_lanes(Simd simd, Lane lane) {
  std::mt19937_64 random(kSeed);
  constexpr int kBits = 32 / kLanes;
  int wrong = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto a = static_cast<unsigned>(random_bits(random)), b = static_cast<unsigned>(random_bits(random));
    const unsigned result = simd(a, b);
    for (int i = 0; i < kLanes; ++i) {
      const auto take = [i](unsigned v) {
        const long field = static_cast<long>(v >> kBits * i & ((1u << kBits) - 1));
        return kSigned && field >> (kBits - 1) ? field - (1l << kBits) : field;
      };
      const auto expected = static_cast<unsigned>(lane(take(a), take(b))) & ((1u << kBits) - 1);
      wrong += (result >> kBits * i & ((1u << kBits) - 1)) != expected;
    }
  }
  return wrong;
}

long limit(long value, long least, long most) { return value < least ? least : value > most ? most : value; }

}  // namespace

TEST_CASE("SIMD intrinsics work lane by lane") {
  INFO("seed " << kSeed);
  const auto add = [](long x, long y) { return x + y; };
  const auto difference = [](long x, long y) { return x > y ? x - y : y - x; };
  CHECK(wrong_lanes<2, true>(__vadd2, add) + wrong_lanes<4, true>(__vadd4, add) == 0);
  CHECK(wrong_lanes<2, true>(__vsub2, [](long x, long y) { return x - y; }) == 0);
  CHECK(wrong_lanes<4, true>(__vaddss4, [](long x, long y) { return limit(x + y, -128, 127); }) == 0);
  CHECK(wrong_lanes<2, false>(__vaddus2, [](long x, long y) { return limit(x + y, 0, 65535); }) == 0);
  CHECK(wrong_lanes<4, false>(__vsubus4, [](long x, long y) { return limit(x - y, 0, 255); }) == 0);
  CHECK(wrong_lanes<2, true>(__vsubss2, [](long x, long y) { return limit(x - y, -32768, 32767); }) == 0);
  CHECK(wrong_lanes<4, false>(__vabsdiffu4, difference) + wrong_lanes<2, true>(__vabsdiffs2, difference) ==
        0);
  CHECK(wrong_lanes<4, true>(__vmaxs4, [](long x, long y) { return x > y ? x : y; }) == 0);
  CHECK(wrong_lanes<2, false>(__vminu2, [](long x, long y) { return x < y ? x : y; }) == 0);
  CHECK(wrong_lanes<4, false>(__vavgu4, [](long x, long y) { return (x + y + 1) / 2; }) == 0);
  CHECK(wrong_lanes<2, false>(__vhaddu2, [](long x, long y) { return (x + y) / 2; }) == 0);
  CHECK(wrong_lanes<4, true>(__vcmpgts4, [](long x, long y) { return x > y ? -1 : 0; }) == 0);
  CHECK(wrong_lanes<2, false>(__vcmpleu2, [](long x, long y) { return x <= y ? -1 : 0; }) == 0);
  CHECK(wrong_lanes<4, false>(__vseteq4, [](long x, long y) { return x == y; }) == 0);
  CHECK(wrong_lanes<2, true>(__vsetlts2, [](long x, long y) { return x < y; }) == 0);
}

TEST_CASE("SIMD absolute values, negation and sums of differences") {
  CHECK((__vabs4(0x80ff017fu) == 0x8001017fu && __vabsss4(0x80ff017fu) == 0x7f01017fu));
  CHECK((__vneg2(0x80000001u) == 0x8000ffffu && __vnegss2(0x80000001u) == 0x7fffffffu));
  CHECK((__vsadu4(0x01ff0205u, 0x03fe0200u) == 2 + 1 + 0 + 5 && __vsads2(0xffff0001u, 0x0001ffffu) == 4));
}

TEST_CASE("DPX functions pick the greatest and least of sums and of three") {
  CHECK(
      (__viaddmax_s32(3, 4, 5) == 7 && __viaddmin_s32(3, 4, 5) == 5 && __viaddmax_s32_relu(-3, -4, -5) == 0));
  CHECK((__viaddmax_u32(0xffffffffu, 2u, 0u) == 1u && __vimax3_s32(-1, 5, 3) == 5 &&
         __vimin3_u32(4u, 2u, 9u) == 2u));
  CHECK((__vimin_s32_relu(-2, 7) == 0 && __vimax_s32_relu(-2, -7) == 0 && __vimin3_s32_relu(3, 2, 4) == 2));
  CHECK(__viaddmax_s16x2(0x7fff0001u, 0x00010002u, 0x00000005u) == 0x00000005u);
  CHECK(__vimax3_s16x2(0x0001fffeu, 0x0003ffffu, 0x0002fff0u) == 0x0003ffffu);
  CHECK(__vimin3_u16x2(0x0001fffeu, 0x0003ffffu, 0x0002fff0u) == 0x0001fff0u);
  bool first = false, high = false, low = true;
  CHECK((__vibmax_s32(5, 5, &first) == 5 && first));
  CHECK((__vibmin_s16x2(0x00010005u, 0x00020004u, &high, &low) == 0x00010004u && high && !low));
}
