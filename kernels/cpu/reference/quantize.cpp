#include "kernels/quantize.h"

#include <cstdint>
#include <cstring>

#include "kernels/float16.h"
#include "reference/quantize_block.h"

namespace kernels::reference {
namespace {

template <typename Block>
void quantize_blocks(std::span<const float> weights, std::byte* stored) {
  auto* blocks = reinterpret_cast<Block*>(stored);
  constexpr std::size_t kElements = Block::kElements;
  for (std::size_t b = 0; b < weights.size() / kElements; ++b) {
    quantize_block(weights.data() + b * kElements, blocks[b]);
  }
}

}  // namespace

void quantize(WeightType type, std::span<const float> weights, std::byte* blocks) {
  auto* numbers = reinterpret_cast<std::uint16_t*>(blocks);
  switch (type) {
    case WeightType::kF32:
      std::memcpy(blocks, weights.data(), weights.size_bytes());
      return;
    case WeightType::kF16:
      for (std::size_t i = 0; i < weights.size(); ++i) numbers[i] = float_to_half(weights[i]);
      return;
    case WeightType::kBF16:
      for (std::size_t i = 0; i < weights.size(); ++i) numbers[i] = float_to_bfloat16(weights[i]);
      return;
    case WeightType::kQ8_0:
      quantize_blocks<BlockQ8_0>(weights, blocks);
      return;
    case WeightType::kQ4_0:
      quantize_blocks<BlockQ4_0>(weights, blocks);
      return;
    case WeightType::kQ4_1:
      quantize_blocks<BlockQ4_1>(weights, blocks);
      return;
    case WeightType::kQ5_0:
      quantize_blocks<BlockQ5_0>(weights, blocks);
      return;
    case WeightType::kQ5_1:
      quantize_blocks<BlockQ5_1>(weights, blocks);
      return;
    case WeightType::kQ2_K:
      quantize_blocks<BlockQ2_K>(weights, blocks);
      return;
    case WeightType::kQ3_K:
      quantize_blocks<BlockQ3_K>(weights, blocks);
      return;
    case WeightType::kQ4_K:
      quantize_blocks<BlockQ4_K>(weights, blocks);
      return;
    case WeightType::kQ5_K:
      quantize_blocks<BlockQ5_K>(weights, blocks);
      return;
    case WeightType::kQ6_K:
      quantize_blocks<BlockQ6_K>(weights, blocks);
      return;
    case WeightType::kIQ4_NL:
      quantize_blocks<BlockIQ4_NL>(weights, blocks);
      return;
    case WeightType::kIQ4_XS:
      quantize_blocks<BlockIQ4_XS>(weights, blocks);
      return;
  }
}

}  // namespace kernels::reference
