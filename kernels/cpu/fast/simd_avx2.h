#pragma once

#include <immintrin.h>

#include <array>
#include <cstdint>

#include "fast/simd_x86.h"
#include "kernels/float16.h"

namespace kernels::fast {
namespace {  // each file that includes this compiles it for its own processor: the names must not be shared

/// Eight floats, or 32 bytes, at a time: Intel since Haswell (2013), AMD since Zen (2017).
struct Avx2 : X86Unpacking {
  using ForRows = Avx2;  // what row_product.h takes
  static constexpr int kLanes = 8;
  static constexpr int kRowVectors = 2;  // x kLanes rows and kColumns columns of a product stay in registers
  static constexpr int kColumns = 4;     // integer products
  static constexpr int kSignedColumns = 3;  // which need |weights| too
  static constexpr int kFloatColumns = 6;   // float products
  static constexpr bool kSignedWeights = true;

  using Float = __m256;
  using Int = __m256i;  // 8 x int32, or 32 bytes
  using Total = Int;    // 8 x int32

  static Float zero() { return _mm256_setzero_ps(); }
  static Float set1(float x) { return _mm256_set1_ps(x); }
  static Float load(const float* p) { return _mm256_loadu_ps(p); }
  static void store(float* p, Float x) { _mm256_storeu_ps(p, x); }
  static Float add(Float a, Float b) { return _mm256_add_ps(a, b); }
  static Float sub(Float a, Float b) { return _mm256_sub_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm256_mul_ps(a, b); }
  static Float div(Float a, Float b) { return _mm256_div_ps(a, b); }
  static Float fma(Float a, Float b, Float c) { return _mm256_fmadd_ps(a, b, c); }
  static Float max(Float a, Float b) { return _mm256_max_ps(a, b); }
  static Float min(Float a, Float b) { return _mm256_min_ps(a, b); }
  static Float abs(Float x) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x); }
  static Float round(Float x) { return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static Float from_int(Total x) { return _mm256_cvtepi32_ps(x); }
  static Float load_half(const std::uint16_t* p) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  static void store_half(std::uint16_t* p, Float x) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
  }
  static Float load_bfloat16(const std::uint16_t* p) {
    const __m128i raw = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(raw), 16));
  }
  static Float load_int8(const std::int8_t* p) {
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
  }
  /// The lower (0) or upper (4) halves of bytes.
  template <int kFirstBit>
  static Float load_nibbles(const std::int8_t* p) {
    const Int bytes = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
    return _mm256_cvtepi32_ps(_mm256_and_si256(_mm256_srli_epi32(bytes, kFirstBit), _mm256_set1_epi32(15)));
  }
  /// Whole numbers from -127 to 127.
  static void store_int8(std::int8_t* p, Float x) {
    const __m256i numbers = _mm256_cvtps_epi32(x);
    const __m128i halves =
        _mm_packs_epi32(_mm256_castsi256_si128(numbers), _mm256_extracti128_si256(numbers, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packs_epi16(halves, halves));
  }
  static float sum(Float x) {
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  /// out[i] = the sum of x[i]
  static void store_8_sums(const Float (&x)[8], float* out) {
    const Float fours[4] = {_mm256_hadd_ps(x[0], x[1]), _mm256_hadd_ps(x[2], x[3]),
                            _mm256_hadd_ps(x[4], x[5]), _mm256_hadd_ps(x[6], x[7])};
    const Float first = _mm256_hadd_ps(fours[0], fours[1]);
    const Float last = _mm256_hadd_ps(fours[2], fours[3]);
    _mm256_storeu_ps(out, _mm256_add_ps(_mm256_permute2f128_ps(first, last, 0x20),
                                        _mm256_permute2f128_ps(first, last, 0x31)));
  }
  static float largest(Float x) {
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
  }
  /// 2^x for whole x from -126 to 127
  static Float power_of_two(Float x) {
    return _mm256_castsi256_ps(
        _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(x), _mm256_set1_epi32(127)), 23));
  }

  static Total no_total() { return _mm256_setzero_si256(); }
  static Total set1_total(std::int32_t x) { return _mm256_set1_epi32(x); }
  static Int load_bytes(const void* p) { return _mm256_loadu_si256(static_cast<const Int*>(p)); }
  /// The same, for use more than once: without the statement GCC loads them again for each product, and loads
  /// are what limits products then.
  static Int load_to_register(const void* p) {
    Int bytes = load_bytes(p);
    __asm__("" : "+x"(bytes));
    return bytes;
  }
  static void store_bytes(void* p, Int x) { _mm256_storeu_si256(static_cast<Int*>(p), x); }
  /// The bytes, with only the bits of the mask.
  static Int keep_bits(Int x, int mask) {
    return _mm256_and_si256(x, _mm256_set1_epi8(static_cast<char>(mask)));
  }
  static Int join(Int a, Int b) { return _mm256_or_si256(a, b); }
  /// Bytes moved by some bits; what comes in from the neighbour is not to be kept.
  template <int kBits>
  static Int shift_left(Int x) {
    return _mm256_slli_epi16(x, kBits);
  }
  template <int kBits>
  static Int shift_right(Int x) {
    return _mm256_srli_epi16(x, kBits);
  }
  /// table[position] for every byte, a position below 16
  static Int look_up(const std::array<std::int8_t, 16>& table, Int positions) {
    const __m128i values = _mm_load_si128(reinterpret_cast<const __m128i*>(table.data()));
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(values), positions);
  }
  using X86Unpacking::look_up;
  /// Four bytes, in every lane.
  static Int broadcast4(const std::int8_t* p) {
    std::int32_t four;
    __builtin_memcpy(&four, p, 4);
    return _mm256_set1_epi32(four);
  }
  /// Whole scales p[0], p[1], ... as Dot::add_to wants them, each in kEach lanes.
  template <int kEach>
  static Int spread_scales(const std::int16_t* p) {
    if constexpr (kEach >= kLanes) return _mm256_set1_epi16(*p);
    std::int32_t two;
    __builtin_memcpy(&two, p, 4);
    const Int first = _mm256_set1_epi32(0x01000100);
    const Int second = _mm256_set1_epi32(0x03020302);
    return _mm256_shuffle_epi8(_mm256_set1_epi32(two), _mm256_blend_epi32(first, second, 0xF0));
  }
  /// The same of bytes p[0] to p[7], one for each lane.
  template <bool kSigned>
  static Int lane_scales(const std::int8_t* p) {
    long long eight;
    __builtin_memcpy(&eight, p, 8);
    // Each byte twice, in the upper halves of 16 bits where its sign is to be spread, else in the lower ones.
    const Int upper = _mm256_setr_epi8(-1, 0, -1, 0, -1, 1, -1, 1, -1, 2, -1, 2, -1, 3, -1, 3, -1, 4, -1, 4,
                                       -1, 5, -1, 5, -1, 6, -1, 6, -1, 7, -1, 7);
    const Int bytes = _mm256_set1_epi64x(eight);
    if constexpr (kSigned) return _mm256_srai_epi16(_mm256_shuffle_epi8(bytes, upper), 8);
    const Int lower = _mm256_setr_epi8(0, -1, 0, -1, 1, -1, 1, -1, 2, -1, 2, -1, 3, -1, 3, -1, 4, -1, 4, -1,
                                       5, -1, 5, -1, 6, -1, 6, -1, 7, -1, 7, -1);
    return _mm256_shuffle_epi8(bytes, lower);
  }

  /// Sums of products of weights up to kLargest with signed bytes, four neighbours in each lane.
  ///
  /// _mm256_maddubs_epi16 adds two products into 16 bits, where more of them fit the smaller the weights are:
  /// 15 * 127 * 2 * 8 = 30480. Only then are they widened, which takes a second multiplication. For 4-bit
  /// weights that halves the work.
  template <int kLargest, bool kSigned>
  struct Dot {
    static constexpr bool kIsWide = false;
    static constexpr int kFoldEvery = kSigned ? 1 : 32767 / (kLargest * 127 * 2);
    Int narrow = _mm256_setzero_si256();  // 16 x int16

    void add(Int weights, Int x) {
      if constexpr (kSigned) {
        // |w| (x sign w): the instruction wants unsigned weights. 128 * 127 * 2 = 32512 still fits.
        narrow = _mm256_maddubs_epi16(_mm256_abs_epi8(weights), _mm256_sign_epi8(x, weights));
      } else {
        narrow = _mm256_add_epi16(narrow, _mm256_maddubs_epi16(weights, x));
        // Says that the sum is needed now. Without it GCC 12 keeps all products and adds them in the end, for
        // which there are not enough registers: half the speed.
        // Where two products are widened at once, as for 6 bits, it is the other way round.
        if constexpr (kFoldEvery > 2) __asm__("" : "+x"(narrow));
      }
    }
    /// Adds scale * sum to the total, and begins a new sum. A scale costs nothing: the widening multiplies.
    void add_to(Int& total, Int packed_scale = _mm256_set1_epi16(1)) {
      total = _mm256_add_epi32(total, _mm256_madd_epi16(narrow, packed_scale));
      __asm__("" : "+x"(total));
      narrow = _mm256_setzero_si256();
    }
  };
};

}  // namespace
}  // namespace kernels::fast
