#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace kernels::fast {
namespace {  // each file that includes this compiles it for its own processor: the names must not be shared

/// What bringing weights to bytes takes, 32 of them at a time, whatever the width of the products.
struct X86Unpacking {
  static float half_to_float(std::uint16_t half) { return _cvtsh_ss(half); }
  /// Eight halves, a stride of bytes apart. Collected in a register: a vector load would wait for eight
  /// stores.
  static void load_8_halves(const std::byte* p, std::size_t stride, float* out) {
    const auto half = [&](std::size_t i) {
      std::int16_t bits;
      __builtin_memcpy(&bits, p + i * stride, 2);
      return bits;
    };
    const __m128i halves =
        _mm_setr_epi16(half(0), half(1), half(2), half(3), half(4), half(5), half(6), half(7));
    _mm256_storeu_ps(out, _mm256_cvtph_ps(halves));
  }
  /// out[i] = scale * byte i of two words
  static void scale_8_bytes(std::uint32_t low, std::uint32_t high, float scale, float* out) {
    const __m128i bytes = _mm_set_epi32(0, 0, static_cast<int>(high), static_cast<int>(low));
    const __m256 numbers = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
    _mm256_storeu_ps(out, _mm256_mul_ps(numbers, _mm256_set1_ps(scale)));
  }
  /// out[i] = byte i of two words
  static void widen_8_bytes(std::uint32_t low, std::uint32_t high, std::int16_t* out) {
    const __m128i bytes = _mm_set_epi32(0, 0, static_cast<int>(high), static_cast<int>(low));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_cvtepu8_epi16(bytes));
  }
  /// 16 bytes hold 32 quants: low halves first. Written as one vector: a load waits long for two halves.
  static void unpack_nibbles(const std::uint8_t* stored, std::uint8_t* quants) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(stored));
    const __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(bytes), _mm_srli_epi16(bytes, 4), 1);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(quants), _mm256_and_si256(both, _mm256_set1_epi8(15)));
  }
  /// Adds 16 to the quants whose bit is set: bit i % 8 of bits[i / 8].
  static void add_high_bits(const std::uint8_t* bits, std::uint8_t* quants) {
    std::int32_t word;
    __builtin_memcpy(&word, bits, 4);
    const __m256i byte_of_quant =
        _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bit = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201));
    const __m256i set = _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32(word), byte_of_quant), bit);
    const __m256i high = _mm256_and_si256(_mm256_cmpeq_epi8(set, bit), _mm256_set1_epi8(16));
    auto* to = reinterpret_cast<__m256i*>(quants);
    _mm256_storeu_si256(to, _mm256_or_si256(_mm256_loadu_si256(to), high));
  }
  /// table[index] for 32 indices below 16
  static void look_up(const std::int8_t* table, const std::uint8_t* index, std::uint8_t* out) {
    const __m256i values =
        _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table)));
    const __m256i indices = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(index));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_shuffle_epi8(values, indices));
  }

  /// Rows of bytes to columns: the bytes 4 k to 4 k + 3 of row i become those from 4 i of out[k].
  /// @param rows  eight, kStride bytes apart
  /// @param out   count / 4 times 32 bytes, out_stride bytes apart
  template <std::size_t kStride>
  static void interleave_8_rows(const std::uint8_t* rows, std::size_t count, std::uint8_t* out,
                                std::size_t out_stride) {
    for (std::size_t k = 0; k < count; k += 32) {
      __m256i row[8], pairs[8], fours[8];
      for (std::size_t i = 0; i < 8; ++i) {
        row[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows + i * kStride + k));
      }
      for (std::size_t i = 0; i < 8; i += 2) {
        pairs[i] = _mm256_unpacklo_epi32(row[i], row[i + 1]);
        pairs[i + 1] = _mm256_unpackhi_epi32(row[i], row[i + 1]);
      }
      for (std::size_t i = 0; i < 8; i += 4) {
        fours[i] = _mm256_unpacklo_epi64(pairs[i], pairs[i + 2]);
        fours[i + 1] = _mm256_unpackhi_epi64(pairs[i], pairs[i + 2]);
        fours[i + 2] = _mm256_unpacklo_epi64(pairs[i + 1], pairs[i + 3]);
        fours[i + 3] = _mm256_unpackhi_epi64(pairs[i + 1], pairs[i + 3]);
      }
      for (std::size_t i = 0; i < 4; ++i) {
        std::uint8_t* const to = out + (k / 4 + i) * out_stride;
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                            _mm256_permute2x128_si256(fours[i], fours[i + 4], 0x20));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + 4 * out_stride),
                            _mm256_permute2x128_si256(fours[i], fours[i + 4], 0x31));
      }
    }
  }
};

}  // namespace
}  // namespace kernels::fast
