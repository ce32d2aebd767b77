/// @file
/// Bit counting, byte permutation, funnel shifts, wide multiplication, dot products: CUDA's integer
/// intrinsics.
#pragma once

#include <cstdint>

#include <emulator/dpx.h>
#include <emulator/simd_intrinsics.h>
#include <emulator/vector_types.h>

// ---- Bits ----

inline int __popc(unsigned int a) { return __builtin_popcount(a); }
inline int __popcll(unsigned long long a) { return __builtin_popcountll(a); }
/// Leading zeros; all of them for 0.
inline int __clz(int a) { return a == 0 ? 32 : __builtin_clz(static_cast<unsigned int>(a)); }
inline int __clzll(long long a) { return a == 0 ? 64 : __builtin_clzll(static_cast<unsigned long long>(a)); }
/// Position of the lowest set bit, counted from 1; 0 for 0.
inline int __ffs(int a) { return __builtin_ffs(a); }
inline int __ffsll(long long a) { return __builtin_ffsll(a); }

/// The bits in reverse order.
inline unsigned int __brev(unsigned int a) {
  a = (a >> 1 & 0x55555555u) | (a & 0x55555555u) << 1;
  a = (a >> 2 & 0x33333333u) | (a & 0x33333333u) << 2;
  a = (a >> 4 & 0x0f0f0f0fu) | (a & 0x0f0f0f0fu) << 4;
  return __builtin_bswap32(a);
}
inline unsigned long long __brevll(unsigned long long a) {
  return static_cast<unsigned long long>(__brev(static_cast<unsigned int>(a))) << 32 |
         __brev(static_cast<unsigned int>(a >> 32));
}

/// Position of the n-th set bit counted from `base` upwards (n > 0) or downwards (n < 0); 0xFFFFFFFF if there
/// is none.
inline unsigned int __fns(unsigned int mask, unsigned int base, int offset) {
  if (base > 31) return 0xFFFFFFFFu;
  if (offset == 0) return mask >> base & 1 ? base : 0xFFFFFFFFu;
  const int step = offset > 0 ? 1 : -1;
  for (int bit = static_cast<int>(base), left = offset; bit >= 0 && bit < 32; bit += step) {
    if ((mask >> bit & 1) && (left -= step) == 0) return static_cast<unsigned int>(bit);
  }
  return 0xFFFFFFFFu;
}

/// Four bytes of the eight in y:x, each chosen by a nibble of `selector`; the nibble's highest bit is ignored
/// here.
inline unsigned int __byte_perm(unsigned int x, unsigned int y, unsigned int selector) {
  const std::uint64_t bytes = static_cast<std::uint64_t>(y) << 32 | x;
  unsigned int result = 0;
  for (unsigned int i = 0; i < 4; ++i) {
    const unsigned int source = selector >> (4 * i) & 7;
    result |= static_cast<unsigned int>(bytes >> (8 * source) & 0xff) << (8 * i);
  }
  return result;
}

/// The high (left) or low (right) word of high:low shifted; the shift is taken modulo 32, or limited to 32
/// (c).
inline unsigned int __funnelshift_l(unsigned int low, unsigned int high, unsigned int shift) {
  return static_cast<unsigned int>((static_cast<std::uint64_t>(high) << 32 | low) << (shift & 31) >> 32);
}
inline unsigned int __funnelshift_lc(unsigned int low, unsigned int high, unsigned int shift) {
  return shift >= 32 ? low : __funnelshift_l(low, high, shift);
}
inline unsigned int __funnelshift_r(unsigned int low, unsigned int high, unsigned int shift) {
  return static_cast<unsigned int>((static_cast<std::uint64_t>(high) << 32 | low) >> (shift & 31));
}
inline unsigned int __funnelshift_rc(unsigned int low, unsigned int high, unsigned int shift) {
  return shift >= 32 ? high : __funnelshift_r(low, high, shift);
}

// ---- Products ----

/// Low 32 bits of the product of the low 24 bits.
inline unsigned int __umul24(unsigned int a, unsigned int b) { return (a & 0xffffffu) * (b & 0xffffffu); }
inline int __mul24(int a, int b) {
  const std::int64_t low_a = static_cast<std::int32_t>(static_cast<unsigned int>(a) << 8) >> 8;
  const std::int64_t low_b = static_cast<std::int32_t>(static_cast<unsigned int>(b) << 8) >> 8;
  return static_cast<int>(low_a * low_b);
}

/// The high half of the product.
inline int __mulhi(int a, int b) { return static_cast<int>(static_cast<std::int64_t>(a) * b >> 32); }
inline unsigned int __umulhi(unsigned int a, unsigned int b) {
  return static_cast<unsigned int>(static_cast<std::uint64_t>(a) * b >> 32);
}
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<unsigned long long>(static_cast<Wide>(a) * b >> 64);
}
inline long long __mul64hi(long long a, long long b) {
  __extension__ using Wide = __int128;
  return static_cast<long long>(static_cast<Wide>(a) * b >> 64);
}
inline unsigned int mulhi(unsigned int a, unsigned int b) { return __umulhi(a, b); }
inline int mulhi(int a, int b) { return __mulhi(a, b); }
inline unsigned long long mul64hi(unsigned long long a, unsigned long long b) { return __umul64hi(a, b); }
inline long long mul64hi(long long a, long long b) { return __mul64hi(a, b); }
inline int mul24(int a, int b) { return __mul24(a, b); }
inline unsigned int umul24(unsigned int a, unsigned int b) { return __umul24(a, b); }

// ---- Sums ----

/// |a - b| + c
inline unsigned int __sad(int a, int b, unsigned int c) {
  return (a > b ? static_cast<unsigned int>(a) - static_cast<unsigned int>(b)
                : static_cast<unsigned int>(b) - static_cast<unsigned int>(a)) +
         c;
}
inline unsigned int __usad(unsigned int a, unsigned int b, unsigned int c) {
  return (a > b ? a - b : b - a) + c;
}

/// (a + b) / 2 without overflow, rounded down; the r forms are rounded up.
inline int __hadd(int a, int b) { return static_cast<int>((static_cast<std::int64_t>(a) + b) >> 1); }
inline int __rhadd(int a, int b) { return static_cast<int>((static_cast<std::int64_t>(a) + b + 1) >> 1); }
inline unsigned int __uhadd(unsigned int a, unsigned int b) {
  return static_cast<unsigned int>((static_cast<std::uint64_t>(a) + b) >> 1);
}
inline unsigned int __urhadd(unsigned int a, unsigned int b) {
  return static_cast<unsigned int>((static_cast<std::uint64_t>(a) + b + 1) >> 1);
}

// ---- Dot products ----

namespace emulator {

/// c + sum of a's elements of type A times b's of type B, both taken from the low end; wraps around.
template <int kCount, typename A, typename B>
inline unsigned int dot(unsigned int a, unsigned int b, unsigned int c) {
  for (int i = 0; i < kCount; ++i) {
    const auto x = static_cast<A>(a >> (8 * static_cast<int>(sizeof(A)) * i));
    const auto y = static_cast<B>(b >> (8 * static_cast<int>(sizeof(B)) * i));
    c += static_cast<unsigned int>(static_cast<int>(x) * static_cast<int>(y));
  }
  return c;
}

inline unsigned int packed(char4 a) { return __builtin_bit_cast(unsigned int, a); }
inline unsigned int packed(uchar4 a) { return __builtin_bit_cast(unsigned int, a); }
inline unsigned int packed(short2 a) { return __builtin_bit_cast(unsigned int, a); }
inline unsigned int packed(ushort2 a) { return __builtin_bit_cast(unsigned int, a); }

}  // namespace emulator

/// c + the four products of a's and b's bytes.
inline int __dp4a(int a, int b, int c) {
  return static_cast<int>(emulator::dot<4, signed char, signed char>(
      static_cast<unsigned int>(a), static_cast<unsigned int>(b), static_cast<unsigned int>(c)));
}
inline unsigned int __dp4a(unsigned int a, unsigned int b, unsigned int c) {
  return emulator::dot<4, unsigned char, unsigned char>(a, b, c);
}
inline int __dp4a(char4 a, char4 b, int c) {
  return __dp4a(static_cast<int>(emulator::packed(a)), static_cast<int>(emulator::packed(b)), c);
}
inline unsigned int __dp4a(uchar4 a, uchar4 b, unsigned int c) {
  return __dp4a(emulator::packed(a), emulator::packed(b), c);
}

/// c + the two products of a's 16-bit halves with b's lower (lo) or upper (hi) two bytes.
inline int __dp2a_lo(int a, int b, int c) {
  return static_cast<int>(emulator::dot<2, short, signed char>(
      static_cast<unsigned int>(a), static_cast<unsigned int>(b), static_cast<unsigned int>(c)));
}
inline unsigned int __dp2a_lo(unsigned int a, unsigned int b, unsigned int c) {
  return emulator::dot<2, unsigned short, unsigned char>(a, b, c);
}
inline int __dp2a_hi(int a, int b, int c) { return __dp2a_lo(a, b >> 16, c); }
inline unsigned int __dp2a_hi(unsigned int a, unsigned int b, unsigned int c) {
  return __dp2a_lo(a, b >> 16, c);
}
inline int __dp2a_lo(short2 a, char4 b, int c) {
  return __dp2a_lo(static_cast<int>(emulator::packed(a)), static_cast<int>(emulator::packed(b)), c);
}
inline unsigned int __dp2a_lo(ushort2 a, uchar4 b, unsigned int c) {
  return __dp2a_lo(emulator::packed(a), emulator::packed(b), c);
}
inline int __dp2a_hi(short2 a, char4 b, int c) {
  return __dp2a_hi(static_cast<int>(emulator::packed(a)), static_cast<int>(emulator::packed(b)), c);
}
inline unsigned int __dp2a_hi(ushort2 a, uchar4 b, unsigned int c) {
  return __dp2a_hi(emulator::packed(a), emulator::packed(b), c);
}
