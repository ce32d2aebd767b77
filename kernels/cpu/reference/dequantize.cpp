#include "kernels/dequantize.h"

#include <cstdint>
#include <cstring>

#include "kernels/float16.h"
#include "reference/dequantize_block.h"

namespace kernels::reference {
namespace {

void dequantize_half(const std::uint16_t* stored, std::span<float> weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = half_to_float(stored[i]);
}

void dequantize_bfloat16(const std::uint16_t* stored, std::span<float> weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = bfloat16_to_float(stored[i]);
}

template <typename Block>
void dequantize_blocks(const std::byte* stored, std::span<float> weights) {
  const auto* blocks = reinterpret_cast<const Block*>(stored);
  constexpr std::size_t kElements = Block::kElements;
  for (std::size_t b = 0; b < weights.size() / kElements; ++b) {
    dequantize_block(blocks[b], weights.data() + b * kElements);
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
      dequantize_blocks<BlockQ8_0>(blocks, weights);
      return;
    case WeightType::kQ4_0:
      dequantize_blocks<BlockQ4_0>(blocks, weights);
      return;
    case WeightType::kQ4_1:
      dequantize_blocks<BlockQ4_1>(blocks, weights);
      return;
    case WeightType::kQ5_0:
      dequantize_blocks<BlockQ5_0>(blocks, weights);
      return;
    case WeightType::kQ5_1:
      dequantize_blocks<BlockQ5_1>(blocks, weights);
      return;
    case WeightType::kQ2_K:
      dequantize_blocks<BlockQ2_K>(blocks, weights);
      return;
    case WeightType::kQ3_K:
      dequantize_blocks<BlockQ3_K>(blocks, weights);
      return;
    case WeightType::kQ4_K:
      dequantize_blocks<BlockQ4_K>(blocks, weights);
      return;
    case WeightType::kQ5_K:
      dequantize_blocks<BlockQ5_K>(blocks, weights);
      return;
    case WeightType::kQ6_K:
      dequantize_blocks<BlockQ6_K>(blocks, weights);
      return;
    case WeightType::kIQ4_NL:
      dequantize_blocks<BlockIQ4_NL>(blocks, weights);
      return;
    case WeightType::kIQ4_XS:
      dequantize_blocks<BlockIQ4_XS>(blocks, weights);
      return;
  }
}

}  // namespace kernels::reference
