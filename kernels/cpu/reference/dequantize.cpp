#include "kernels/dequantize.h"

#include <cstdint>
#include <cstring>

#include "kernels/float16.h"
#include "kernels/quantized_blocks.h"

namespace kernels::reference {
namespace {

void dequantize_half(const std::uint16_t* stored, std::span<float> weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = half_to_float(stored[i]);
}

void dequantize_bfloat16(const std::uint16_t* stored, std::span<float> weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = bfloat16_to_float(stored[i]);
}

void dequantize_q8_0(const BlockQ8_0* blocks, std::span<float> weights) {
  constexpr std::size_t kElements = BlockQ8_0::kElements;
  for (std::size_t b = 0; b < weights.size() / kElements; ++b) {
    const float scale = half_to_float(blocks[b].scale);
    for (std::size_t i = 0; i < kElements; ++i) weights[b * kElements + i] = scale * blocks[b].quants[i];
  }
}

void dequantize_q4_0(const BlockQ4_0* blocks, std::span<float> weights) {
  constexpr std::size_t kElements = BlockQ4_0::kElements;
  for (std::size_t b = 0; b < weights.size() / kElements; ++b) {
    const float scale = half_to_float(blocks[b].scale);
    for (std::size_t i = 0; i < kElements / 2; ++i) {
      const int low = blocks[b].quants[i] & 0x0F;
      const int high = blocks[b].quants[i] >> 4;
      weights[b * kElements + i] = scale * static_cast<float>(low - 8);
      weights[b * kElements + i + kElements / 2] = scale * static_cast<float>(high - 8);
    }
  }
}

}  // namespace

void dequantize(WeightType type, const std::byte* blocks, std::span<float> weights) {
  switch (type) {
    case WeightType::kF32:
      std::memcpy(weights.data(), blocks, weights.size_bytes());
      return;
    case WeightType::kF16:
      dequantize_half(reinterpret_cast<const std::uint16_t*>(blocks), weights);
      return;
    case WeightType::kBF16:
      dequantize_bfloat16(reinterpret_cast<const std::uint16_t*>(blocks), weights);
      return;
    case WeightType::kQ8_0:
      dequantize_q8_0(reinterpret_cast<const BlockQ8_0*>(blocks), weights);
      return;
    case WeightType::kQ4_0:
      dequantize_q4_0(reinterpret_cast<const BlockQ4_0*>(blocks), weights);
      return;
  }
}

}  // namespace kernels::reference
