#pragma once

#include <cstddef>
#include <cstdint>

namespace kernels::fast {

/// Rows of activations as the matrix products read them: as floats, and, for quantized weights, as bytes:
/// x[i] is about scale[i / 32] * quants[i]. A view; Activations owns the numbers.
struct ActivationRows {
  std::size_t n = 0;
  std::size_t cols = 0;
  const float* values = nullptr;               // [n][cols]
  const std::int8_t* quants = nullptr;         // [n][cols]
  const float* scales = nullptr;               // [n][cols / 32]
  const float* sums16 = nullptr;               // [n][cols / 16]: scale * (the sum of 16 quants)
  const float* sums32 = nullptr;               // [n][cols / 32]
  const std::int32_t* quant_sums16 = nullptr;  // [n][cols / 16]: the sum alone
  const std::int32_t* quant_sums32 = nullptr;  // [n][cols / 32]

  /// The row t alone, and those behind it.
  ActivationRows from(std::size_t t) const {
    return {n - t,
            cols,
            values + t * cols,
            quants + t * cols,
            scales + t * (cols / 32),
            sums16 + t * (cols / 16),
            sums32 + t * (cols / 32),
            quant_sums16 + t * (cols / 16),
            quant_sums32 + t * (cols / 32)};
  }
};

/// Where the bytes of one row go, and what belongs to them: as in ActivationRows, but to be written.
struct QuantizedRow {
  std::int8_t* quants = nullptr;         // [cols]
  float* scales = nullptr;               // [cols / 32]
  float* sums16 = nullptr;               // [cols / 16]
  float* sums32 = nullptr;               // [cols / 32]
  std::int32_t* quant_sums16 = nullptr;  // [cols / 16]
  std::int32_t* quant_sums32 = nullptr;  // [cols / 32]
};

}  // namespace kernels::fast
