#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>
#include <cstring>

#include "gguf/file.h"
#include "gguf/tensor_type.h"
#include "kernels/dequantize.h"
#include "kernels/float16.h"
#include "kernels/quantized_blocks.h"
#include "random_data.h"
#include "support/catch.h"
#include "support/plain_weight.h"
#include "weight_types.h"

using namespace kernels;

TEST_CASE("every type has the block size of the format") {
  for (const auto& [stored, type] : kWeightTypes) {
    INFO(gguf::name(stored));
    CHECK(block_elements(type) == gguf::traits(stored).block_elements);
    CHECK(block_bytes(type) == gguf::traits(stored).block_bytes);
  }
}

TEST_CASE("random blocks of every type stand for the weights that a second decoder finds") {
  RandomData random;
  INFO("seed " << random.seed);
  for (const auto& [stored, type] : kWeightTypes) {
    INFO(gguf::name(stored));
    std::vector<std::byte> blocks = random.bytes(33 * block_bytes(type));
    // Exponents of 16-bit floats are kept small, so that no scale is infinite or NaN.
    for (std::size_t i = 1; i < blocks.size(); i += 2) blocks[i] &= std::byte{0xBF};
    std::vector<float> weights = poisoned(33 * block_elements(type));
    reference::dequantize(type, blocks.data(), weights);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      INFO("weight " << i);
      REQUIRE(weights[i] == static_cast<float>(plain_weight(stored, blocks.data(), i)));
    }
  }
}

TEST_CASE("Q8_0 blocks stand for scale times quant") {
  RandomData random;
  INFO("seed " << random.seed);
  constexpr std::size_t kBlocks = 33;
  std::vector<BlockQ8_0> blocks(kBlocks);
  for (BlockQ8_0& block : blocks) {
    block.scale = float_to_half(random.normal(1)[0]);
    for (std::int8_t& quant : block.quants) quant = static_cast<std::int8_t>(random.engine());
  }
  std::vector<float> weights = poisoned(kBlocks * 32);
  reference::dequantize(WeightType::kQ8_0, reinterpret_cast<const std::byte*>(blocks.data()), weights);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const BlockQ8_0& block = blocks[i / 32];
    REQUIRE(weights[i] == half_to_float(block.scale) * block.quants[i % 32]);
  }
}

TEST_CASE("Q4_0 blocks hold weights 0 to 15 in the low and 16 to 31 in the high halves of their bytes") {
  BlockQ4_0 block;
  block.scale = float_to_half(0.5f);
  for (int i = 0; i < 16; ++i) block.quants[i] = static_cast<std::uint8_t>(i | (15 - i) << 4);
  std::vector<float> weights = poisoned(32);
  reference::dequantize(WeightType::kQ4_0, reinterpret_cast<const std::byte*>(&block), weights);
  for (int i = 0; i < 16; ++i) {
    CHECK(weights[static_cast<std::size_t>(i)] == 0.5f * static_cast<float>(i - 8));
    CHECK(weights[static_cast<std::size_t>(i + 16)] == 0.5f * static_cast<float>(15 - i - 8));
  }
}

TEST_CASE("plain types are converted number by number") {
  RandomData random;
  INFO("seed " << random.seed);
  const std::vector<float> values = random.normal(77);
  std::vector<std::uint16_t> halfs;
  std::vector<std::uint16_t> bfloats;
  for (const float value : values) halfs.push_back(float_to_half(value));
  for (const float value : values) bfloats.push_back(float_to_bfloat16(value));
  std::vector<float> weights = poisoned(values.size());
  reference::dequantize(WeightType::kF32, reinterpret_cast<const std::byte*>(values.data()), weights);
  CHECK(weights == values);
  weights = poisoned(values.size());
  reference::dequantize(WeightType::kF16, reinterpret_cast<const std::byte*>(halfs.data()), weights);
  for (std::size_t i = 0; i < values.size(); ++i) REQUIRE(weights[i] == half_to_float(halfs[i]));
  weights = poisoned(values.size());
  reference::dequantize(WeightType::kBF16, reinterpret_cast<const std::byte*>(bfloats.data()), weights);
  for (std::size_t i = 0; i < values.size(); ++i) REQUIRE(weights[i] == bfloat16_to_float(bfloats[i]));
}

TEST_CASE("blocks of another engine are dequantized to the same bits") {
  const std::string folder = REFERENCE_DIR;
  if (folder.empty()) {
    WARN("skipped: the reference data are not on this machine");
    return;
  }
  const gguf::File blocks = gguf::File::open(folder + "/quants/blocks.gguf");
  const gguf::File floats = gguf::File::open(folder + "/quants/blocks-f32.gguf");
  for (const auto& [stored_type, type] : kWeightTypes) {
    if (type == WeightType::kF32) continue;
    std::string name(gguf::name(stored_type));
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return std::tolower(c); });
    INFO(name);
    const gguf::TensorInfo* stored = blocks.find_tensor(name);
    const gguf::TensorInfo* exact = floats.find_tensor(name);
    REQUIRE(stored != nullptr);
    REQUIRE(exact != nullptr);
    std::vector<float> weights = poisoned(stored->elements());
    reference::dequantize(type, stored->data.data(), weights);
    REQUIRE(exact->data.size() == weights.size() * sizeof(float));
    CHECK(std::memcmp(weights.data(), exact->data.data(), exact->data.size()) == 0);
  }
}
