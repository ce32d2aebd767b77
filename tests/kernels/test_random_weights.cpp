#include "kernels/random_weights.h"

#include <algorithm>
#include <cmath>

#include "kernels/dequantize.h"
#include "random_data.h"
#include "support/catch.h"
#include "weight_types.h"

using namespace kernels;

TEST_CASE("random weights have the deviation asked for and no mean, for every type") {
  RandomData random;
  INFO("seed " << random.seed);
  constexpr std::size_t kCount = 256 * 512;
  for (const auto& [name, type] : kWeightTypes) {
    for (const float deviation : {1.0f, 0.01f}) {
      std::vector<std::byte> blocks(kCount / block_elements(type) * block_bytes(type));
      random_weights(type, deviation, random.seed, blocks);
      std::vector<float> weights = poisoned(kCount);
      reference::dequantize(type, blocks.data(), weights);
      double sum = 0.0;
      double squares = 0.0;
      for (const float weight : weights) {
        sum += weight;
        squares += static_cast<double>(weight) * weight;
      }
      const double mean = sum / kCount / deviation;
      const double measured = std::sqrt(squares / kCount) / deviation;
      INFO(gguf::name(name) << ": mean " << mean << ", deviation " << measured);
      CHECK_FALSE(!(std::abs(mean) <= 0.02));
      CHECK_FALSE(!(std::abs(measured - 1.0) <= 0.05));
    }
  }
}

TEST_CASE("random weights depend on their seed alone") {
  for (const auto& [name, type] : kWeightTypes) {
    INFO(gguf::name(name));
    std::vector<std::byte> first(3 * block_bytes(type), std::byte{1});
    std::vector<std::byte> again(first.size(), std::byte{2});
    std::vector<std::byte> other(first.size(), std::byte{3});
    random_weights(type, 1.0f, 5, first);
    random_weights(type, 1.0f, 5, again);
    random_weights(type, 1.0f, 6, other);
    CHECK(first == again);
    CHECK(first != other);
  }
}
