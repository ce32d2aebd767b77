#pragma once

#include <immintrin.h>

#include <array>
#include <cstdint>

#include "fast/simd_avx2.h"
#include "fast/simd_x86.h"
#include "kernels/float16.h"

namespace kernels::fast {
namespace {  // each file that includes this compiles it for its own processor: the names must not be shared

/// Sixteen floats, or 64 bytes, at a time, with the dot product instructions of AVX-512 VNNI: Intel servers
/// since Cascade Lake (2019), AMD since Zen 4 (2022).
struct Avx512Vnni : X86Unpacking {
  using ForRows = Avx2;  // what row_product.h takes
  static constexpr int kLanes = 16;
  static constexpr int kRowVectors = 2;  // 32 registers: 2 x 8 sums, as many products, weights and x
  static constexpr int kColumns = 6;
  static constexpr int kSignedColumns = kColumns;
  static constexpr int kFloatColumns = 12;
  static constexpr bool kSignedWeights = false;  // vpdpbusd takes unsigned ones: signed weights get 128 added

  using Float = __m512;
  using Int = __m512i;  // 16 x int32, or 64 bytes
  using Total = Int;    // 16 x int32

  static Float zero() { return _mm512_setzero_ps(); }
  static Float set1(float x) { return _mm512_set1_ps(x); }
  static Float load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, Float x) { _mm512_storeu_ps(p, x); }
  static Float add(Float a, Float b) { return _mm512_add_ps(a, b); }
  static Float sub(Float a, Float b) { return _mm512_sub_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm512_mul_ps(a, b); }
  static Float div(Float a, Float b) { return _mm512_div_ps(a, b); }
  static Float fma(Float a, Float b, Float c) { return _mm512_fmadd_ps(a, b, c); }
  static Float max(Float a, Float b) { return _mm512_max_ps(a, b); }
  static Float min(Float a, Float b) { return _mm512_min_ps(a, b); }
  static Float abs(Float x) { return _mm512_abs_ps(x); }
  static Float round(Float x) {
    return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }
  static Float from_int(Total x) { return _mm512_cvtepi32_ps(x); }
  static Float load_half(const std::uint16_t* p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  }
  static void store_half(std::uint16_t* p, Float x) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
  }
  static Float load_bfloat16(const std::uint16_t* p) {
    const __m256i raw = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(raw), 16));
  }
  static Float load_int8(const std::int8_t* p) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
  }
  /// The lower (0) or upper (4) halves of bytes.
  template <int kFirstBit>
  static Float load_nibbles(const std::int8_t* p) {
    const Int bytes = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    return _mm512_cvtepi32_ps(_mm512_and_si512(_mm512_srli_epi32(bytes, kFirstBit), _mm512_set1_epi32(15)));
  }
  /// Whole numbers from -127 to 127.
  static void store_int8(std::int8_t* p, Float x) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtsepi32_epi8(_mm512_cvtps_epi32(x)));
  }
  static float sum(Float x) { return _mm512_reduce_add_ps(x); }
  /// out[i] = the sum of x[i]
  static void store_8_sums(const Float (&x)[8], float* out) {
    Avx2::Float halves[8];
    for (int i = 0; i < 8; ++i) {
      const __m256 upper = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(x[i]), 1));
      halves[i] = _mm256_add_ps(_mm512_castps512_ps256(x[i]), upper);
    }
    Avx2::store_8_sums(halves, out);
  }
  static float largest(Float x) { return _mm512_reduce_max_ps(x); }
  /// 2^x for whole x from -126 to 127
  static Float power_of_two(Float x) {
    return _mm512_castsi512_ps(
        _mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(x), _mm512_set1_epi32(127)), 23));
  }

  static Total no_total() { return _mm512_setzero_si512(); }
  static Total set1_total(std::int32_t x) { return _mm512_set1_epi32(x); }
  static Int load_bytes(const void* p) { return _mm512_loadu_si512(p); }
  /// The same: no more is needed here.
  static Int load_to_register(const void* p) { return load_bytes(p); }
  static void store_bytes(void* p, Int x) { _mm512_storeu_si512(p, x); }
  /// The bytes, with only the bits of the mask.
  static Int keep_bits(Int x, int mask) {
    return _mm512_and_si512(x, _mm512_set1_epi8(static_cast<char>(mask)));
  }
  static Int join(Int a, Int b) { return _mm512_or_si512(a, b); }
  /// Bytes moved by some bits; what comes in from the neighbour is not to be kept.
  template <int kBits>
  static Int shift_left(Int x) {
    return _mm512_slli_epi16(x, kBits);
  }
  template <int kBits>
  static Int shift_right(Int x) {
    return _mm512_srli_epi16(x, kBits);
  }
  /// table[position] for every byte, a position below 16
  static Int look_up(const std::array<std::int8_t, 16>& table, Int positions) {
    const __m128i values = _mm_load_si128(reinterpret_cast<const __m128i*>(table.data()));
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(values), positions);
  }
  using X86Unpacking::look_up;
  /// Four bytes, in every lane.
  static Int broadcast4(const std::int8_t* p) {
    std::int32_t four;
    __builtin_memcpy(&four, p, 4);
    return _mm512_set1_epi32(four);
  }
  /// Whole scales p[0] to p[15] as Dot::add_to wants them, one for each lane.
  template <bool kSigned>
  static Int lane_scales(const std::int8_t* p) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    return kSigned ? _mm512_cvtepi8_epi32(bytes) : _mm512_cvtepu8_epi32(bytes);
  }

  /// Sums of products of unsigned weights with signed bytes, four neighbours in each lane: one instruction.
  template <int kLargest, bool kSigned>
  struct Dot {
    static constexpr bool kIsWide = true;  // 32 bits from the start: nothing to widen
    static constexpr int kFoldEvery = 1 << 20;
    Int sum = _mm512_setzero_si512();

    void add(Int weights, Int x) { sum = _mm512_dpbusd_epi32(sum, weights, x); }
    /// Adds the sum, or scale * sum, to the total, and begins a new sum.
    void add_to(Int& total) {
      total = _mm512_add_epi32(total, sum);
      sum = _mm512_setzero_si512();
    }
    void add_to(Int& total, Int packed_scale) {
      sum = _mm512_mullo_epi32(sum, packed_scale);
      add_to(total);
    }
  };
};

}  // namespace
}  // namespace kernels::fast
