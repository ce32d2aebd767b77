#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "kernels/float16.h"

namespace kernels::fast {
namespace {  // each file that includes this compiles it for its own processor: the names must not be shared

/// The same operations in plain loops of eight, for any processor; compilers turn most of them into the
/// vector instructions they may use.
struct Portable {
  using ForRows = Portable;  // what row_product.h takes
  static constexpr int kLanes = 8;
  static constexpr int kRowVectors = 1;
  static constexpr int kColumns = 4;
  static constexpr int kSignedColumns = 4;
  static constexpr int kFloatColumns = 4;
  static constexpr bool kSignedWeights = true;

  struct Float {
    float lane[kLanes];
  };
  struct Int {
    alignas(std::int32_t) std::int8_t byte[4 * kLanes];
  };

  template <class Operation>
  static Float each(Operation operation) {
    Float result;
    for (int i = 0; i < kLanes; ++i) result.lane[i] = operation(i);
    return result;
  }

  static Float zero() { return set1(0.0f); }
  static Float set1(float x) {
    return each([&](int) { return x; });
  }
  static Float load(const float* p) {
    return each([&](int i) { return p[i]; });
  }
  static void store(float* p, const Float& x) { std::memcpy(p, x.lane, sizeof(x.lane)); }
  static Float add(const Float& a, const Float& b) {
    return each([&](int i) { return a.lane[i] + b.lane[i]; });
  }
  static Float sub(const Float& a, const Float& b) {
    return each([&](int i) { return a.lane[i] - b.lane[i]; });
  }
  static Float mul(const Float& a, const Float& b) {
    return each([&](int i) { return a.lane[i] * b.lane[i]; });
  }
  static Float div(const Float& a, const Float& b) {
    return each([&](int i) { return a.lane[i] / b.lane[i]; });
  }
  static Float fma(const Float& a, const Float& b, const Float& c) {
    return each([&](int i) { return a.lane[i] * b.lane[i] + c.lane[i]; });
  }
  static Float max(const Float& a, const Float& b) {
    return each([&](int i) { return a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i]; });
  }
  static Float min(const Float& a, const Float& b) {
    return each([&](int i) { return a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i]; });
  }
  static Float abs(const Float& x) {
    return each([&](int i) { return std::fabs(x.lane[i]); });
  }
  static Float round(const Float& x) {
    return each([&](int i) { return std::nearbyint(x.lane[i]); });
  }
  static Float load_half(const std::uint16_t* p) {
    return each([&](int i) { return kernels::half_to_float(p[i]); });
  }
  static void store_half(std::uint16_t* p, const Float& x) {
    for (int i = 0; i < kLanes; ++i) p[i] = kernels::float_to_half(x.lane[i]);
  }
  static Float load_bfloat16(const std::uint16_t* p) {
    return each([&](int i) { return kernels::bfloat16_to_float(p[i]); });
  }
  static Float load_int8(const std::int8_t* p) {
    return each([&](int i) { return static_cast<float>(p[i]); });
  }
  /// The lower (0) or upper (4) halves of bytes.
  template <int kFirstBit>
  static Float load_nibbles(const std::int8_t* p) {
    return each([&](int i) { return static_cast<float>(p[i] >> kFirstBit & 15); });
  }
  /// Whole numbers from -127 to 127.
  static void store_int8(std::int8_t* p, const Float& x) {
    for (int i = 0; i < kLanes; ++i) p[i] = static_cast<std::int8_t>(x.lane[i]);
  }
  static float half_to_float(std::uint16_t half) { return kernels::half_to_float(half); }
  static float sum(const Float& x) {
    float total = 0.0f;
    for (const float value : x.lane) total += value;
    return total;
  }
  /// out[i] = the sum of x[i]
  static void store_8_sums(const Float (&x)[8], float* out) {
    for (int i = 0; i < 8; ++i) out[i] = sum(x[i]);
  }
  static float largest(const Float& x) {
    float result = x.lane[0];
    for (const float value : x.lane) result = value > result ? value : result;
    return result;
  }
  /// 2^x for whole x from -126 to 127
  static Float power_of_two(const Float& x) {
    return each([&](int i) { return std::ldexp(1.0f, static_cast<int>(x.lane[i])); });
  }

  static Int load_bytes(const void* p) {
    Int result;
    std::memcpy(result.byte, p, sizeof(result.byte));
    return result;
  }
  /// The same: no more is needed here.
  static Int load_to_register(const void* p) { return load_bytes(p); }
  static void store_bytes(void* p, const Int& x) { std::memcpy(p, x.byte, sizeof(x.byte)); }
  template <class Operation>
  static Int each_byte(Operation operation) {
    Int result;
    for (int i = 0; i < 4 * kLanes; ++i) result.byte[i] = static_cast<std::int8_t>(operation(i));
    return result;
  }
  /// The bytes, with only the bits of the mask.
  static Int keep_bits(const Int& x, int mask) {
    return each_byte([&](int i) { return x.byte[i] & mask; });
  }
  static Int join(const Int& a, const Int& b) {
    return each_byte([&](int i) { return a.byte[i] | b.byte[i]; });
  }
  /// Bytes moved by some bits; what comes in from the neighbour is not to be kept.
  template <int kBits>
  static Int shift_left(const Int& x) {
    return each_byte([&](int i) { return x.byte[i] << kBits; });
  }
  template <int kBits>
  static Int shift_right(const Int& x) {
    return each_byte([&](int i) { return static_cast<std::uint8_t>(x.byte[i]) >> kBits; });
  }
  /// table[position] for every byte, a position below 16
  static Int look_up(const std::array<std::int8_t, 16>& table, const Int& positions) {
    return each_byte([&](int i) { return table[static_cast<std::size_t>(positions.byte[i])]; });
  }
  /// Four bytes, in every lane.
  static Int broadcast4(const std::int8_t* p) {
    Int result;
    for (int i = 0; i < kLanes; ++i) std::memcpy(result.byte + 4 * i, p, 4);
    return result;
  }
  /// Whole scales p[0], p[1], ... as Dot::add_to wants them, each in kEach lanes.
  template <int kEach>
  static Int spread_scales(const std::int16_t* p) {
    Int result;
    for (int i = 0; i < kLanes; ++i) {
      const std::int32_t scale = p[i / kEach];
      std::memcpy(result.byte + 4 * i, &scale, 4);
    }
    return result;
  }
  /// The same of bytes p[0] to p[7], one for each lane.
  template <bool kSigned>
  static Int lane_scales(const std::int8_t* p) {
    Int result;
    for (int i = 0; i < kLanes; ++i) {
      const std::int32_t scale = kSigned ? p[i] : static_cast<std::uint8_t>(p[i]);
      std::memcpy(result.byte + 4 * i, &scale, 4);
    }
    return result;
  }
  /// Eight halves, a stride of bytes apart.
  static void load_8_halves(const std::byte* p, std::size_t stride, float* out) {
    for (std::size_t i = 0; i < 8; ++i) {
      std::uint16_t half;
      std::memcpy(&half, p + i * stride, 2);
      out[i] = kernels::half_to_float(half);
    }
  }
  /// out[i] = scale * byte i of two words
  static void scale_8_bytes(std::uint32_t low, std::uint32_t high, float scale, float* out) {
    for (int i = 0; i < 4; ++i) out[i] = scale * static_cast<float>((low >> 8 * i) & 255);
    for (int i = 0; i < 4; ++i) out[4 + i] = scale * static_cast<float>((high >> 8 * i) & 255);
  }
  /// out[i] = byte i of two words
  static void widen_8_bytes(std::uint32_t low, std::uint32_t high, std::int16_t* out) {
    for (int i = 0; i < 4; ++i) out[i] = static_cast<std::int16_t>((low >> 8 * i) & 255);
    for (int i = 0; i < 4; ++i) out[4 + i] = static_cast<std::int16_t>((high >> 8 * i) & 255);
  }
  /// 16 bytes hold 32 quants: low halves first.
  static void unpack_nibbles(const std::uint8_t* stored, std::uint8_t* quants) {
    for (int i = 0; i < 16; ++i) quants[i] = stored[i] & 15;
    for (int i = 0; i < 16; ++i) quants[i + 16] = static_cast<std::uint8_t>(stored[i] >> 4);
  }
  /// Adds 16 to the quants whose bit is set: bit i % 8 of bits[i / 8].
  static void add_high_bits(const std::uint8_t* bits, std::uint8_t* quants) {
    for (int i = 0; i < 32; ++i) {
      if ((bits[i / 8] >> i % 8 & 1) != 0) quants[i] = static_cast<std::uint8_t>(quants[i] + 16);
    }
  }
  /// table[index] for 32 indices below 16
  static void look_up(const std::int8_t* table, const std::uint8_t* index, std::uint8_t* out) {
    for (int i = 0; i < 32; ++i) out[i] = static_cast<std::uint8_t>(table[index[i]]);
  }
  /// Rows of bytes to columns: the bytes 4 k to 4 k + 3 of row i become those from 4 i of out[k].
  template <std::size_t kStride>
  static void interleave_8_rows(const std::uint8_t* rows, std::size_t count, std::uint8_t* out,
                                std::size_t out_stride) {
    for (std::size_t i = 0; i < 8; ++i) {
      for (std::size_t k = 0; k < count; k += 4) {
        std::memcpy(out + k / 4 * out_stride + 4 * i, rows + i * kStride + k, 4);
      }
    }
  }

  struct Total {
    std::int32_t lane[kLanes];
  };
  static Total no_total() { return {}; }
  static Total set1_total(std::int32_t x) {
    Total total;
    std::fill(total.lane, total.lane + kLanes, x);
    return total;
  }
  static Float from_int(const Total& x) {
    return each([&](int i) { return static_cast<float>(x.lane[i]); });
  }

  /// Sums of products of weights with signed bytes, four neighbours in each lane.
  template <int kLargest, bool kSigned>
  struct Dot {
    static constexpr bool kIsWide = true;  // 32 bits from the start: nothing to widen
    static constexpr int kFoldEvery = 1 << 20;
    Total sum = {};

    void add(const Int& weights, const Int& x) {
      for (int i = 0; i < kLanes; ++i) {
        for (int j = 4 * i; j < 4 * i + 4; ++j) {
          const int weight =
              kSigned ? static_cast<int>(weights.byte[j]) : static_cast<std::uint8_t>(weights.byte[j]);
          sum.lane[i] += weight * x.byte[j];
        }
      }
    }
    /// Adds the sum, or scale * sum, to the total, and begins a new sum.
    void add_to(Total& total) {
      for (int i = 0; i < kLanes; ++i) total.lane[i] += sum.lane[i];
      sum = {};
    }
    void add_to(Total& total, const Int& packed_scale) {
      for (int i = 0; i < kLanes; ++i) {
        std::int32_t scale;
        std::memcpy(&scale, packed_scale.byte + 4 * i, 4);
        sum.lane[i] *= scale;
      }
      add_to(total);
    }
  };
};

}  // namespace
}  // namespace kernels::fast
