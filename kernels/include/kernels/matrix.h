#pragma once

#include <cstddef>

namespace kernels {

/// How the numbers of a weight matrix are stored; the blocks are in quantized_blocks.h. Every operation on
/// weights takes all of these.
enum class WeightType {
  kF32,
  kF16,
  kBF16,
  kQ8_0,
  kQ4_0,
  kQ4_1,
  kQ5_0,
  kQ5_1,
  kQ2_K,
  kQ3_K,
  kQ4_K,
  kQ5_K,
  kQ6_K,
  kIQ4_NL,
  kIQ4_XS,
};

/// Weights are stored in blocks of this many; a row is whole blocks.
constexpr std::size_t block_elements(WeightType type) {
  switch (type) {
    case WeightType::kF32:
    case WeightType::kF16:
    case WeightType::kBF16:
      return 1;
    case WeightType::kQ8_0:
    case WeightType::kQ4_0:
    case WeightType::kQ4_1:
    case WeightType::kQ5_0:
    case WeightType::kQ5_1:
    case WeightType::kIQ4_NL:
      return 32;
    case WeightType::kQ2_K:
    case WeightType::kQ3_K:
    case WeightType::kQ4_K:
    case WeightType::kQ5_K:
    case WeightType::kQ6_K:
    case WeightType::kIQ4_XS:
      return 256;
  }
  return 1;
}

constexpr std::size_t block_bytes(WeightType type) {
  switch (type) {
    case WeightType::kF32:
      return 4;
    case WeightType::kF16:
      return 2;
    case WeightType::kBF16:
      return 2;
    case WeightType::kQ8_0:
      return 34;
    case WeightType::kQ4_0:
      return 18;
    case WeightType::kQ4_1:
      return 20;
    case WeightType::kQ5_0:
      return 22;
    case WeightType::kQ5_1:
      return 24;
    case WeightType::kQ2_K:
      return 84;
    case WeightType::kQ3_K:
      return 110;
    case WeightType::kQ4_K:
      return 144;
    case WeightType::kQ5_K:
      return 176;
    case WeightType::kQ6_K:
      return 210;
    case WeightType::kIQ4_NL:
      return 18;
    case WeightType::kIQ4_XS:
      return 136;
  }
  return 0;
}

/// A view of weights [rows][cols], row-major, in any storage type. Owns nothing.
struct Matrix {
  WeightType type = WeightType::kF32;
  std::size_t rows = 0;
  std::size_t cols = 0;
  const std::byte* data = nullptr;  // aligned to at least 4 bytes
  /// Not 0: rows are interleaved in groups, as fast::interleave has written them; only products of `fast` may
  /// read them, and row(i) is where the group of row i begins, for the first of a group.
  std::size_t interleaved_row_bytes = 0;

  bool is_interleaved() const { return interleaved_row_bytes != 0; }
  std::size_t row_bytes() const {
    return is_interleaved() ? interleaved_row_bytes : cols / block_elements(type) * block_bytes(type);
  }
  std::size_t bytes() const { return rows * row_bytes(); }
  const std::byte* row(std::size_t i) const { return data + i * row_bytes(); }
};

}  // namespace kernels
