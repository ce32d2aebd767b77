#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <string>

#include "gguf/file.h"
#include "kernels/dequantize.h"
#include "kernels/quantize.h"
#include "random_data.h"
#include "support/catch.h"
#include "weight_types.h"

using namespace kernels;

namespace {

/// What is left of the weights after they were stored as `type`.
std::vector<float> stored_as(WeightType type, const std::vector<float>& weights) {
  std::vector<std::byte> blocks(weights.size() / block_elements(type) * block_bytes(type), std::byte{0xA5});
  reference::quantize(type, weights, blocks.data());
  std::vector<float> stored = poisoned(weights.size());
  reference::dequantize(type, blocks.data(), stored);
  return stored;
}

double root_mean_square(const float* a, const float* b, std::size_t count) {
  double squares = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const double difference = static_cast<double>(a[i]) - (b == nullptr ? 0.0f : b[i]);
    squares += difference * difference;
  }
  return std::sqrt(squares / static_cast<double>(count));
}

/// The error that a type may leave of normally distributed weights, as a part of their deviation.
double error_bound(WeightType type) {
  switch (type) {
    case WeightType::kF32:
      return 0.0;
    case WeightType::kF16:
      return 3e-4;
    case WeightType::kBF16:
      return 2.5e-3;
    case WeightType::kQ8_0:
      return 0.007;
    case WeightType::kQ6_K:
      return 0.024;
    case WeightType::kQ5_0:
    case WeightType::kQ5_1:
    case WeightType::kQ5_K:
      return 0.05;
    case WeightType::kQ4_0:
    case WeightType::kQ4_1:
    case WeightType::kQ4_K:
    case WeightType::kIQ4_NL:
    case WeightType::kIQ4_XS:
      return 0.1;
    case WeightType::kQ3_K:
      return 0.19;
    case WeightType::kQ2_K:
      return 0.34;
  }
  return 0.0;
}

}  // namespace

TEST_CASE("quantized random weights are near the weights, for every type") {
  RandomData random;
  INFO("seed " << random.seed);
  for (const float deviation : {1.0f, 0.02f, 1e-3f}) {
    const std::vector<float> weights = random.normal(32 * 256, deviation);
    for (const auto& [name, type] : kWeightTypes) {
      const std::vector<float> stored = stored_as(type, weights);
      const double error = root_mean_square(stored.data(), weights.data(), weights.size()) / deviation;
      INFO(gguf::name(name) << ", deviation " << deviation << ": error " << error);
      CHECK_FALSE(!(error <= error_bound(type)));
    }
  }
}

TEST_CASE("special blocks are quantized without surprises, for every type") {
  RandomData random;
  INFO("seed " << random.seed);
  for (const auto& [name, type] : kWeightTypes) {
    INFO(gguf::name(name));
    CHECK(stored_as(type, std::vector<float>(256, 0.0f)) == std::vector<float>(256, 0.0f));

    // One weight far larger than the others keeps nearly its value, with either sign.
    for (const float outlier : {-100.0f, 100.0f}) {
      std::vector<float> weights = random.normal(256, 0.01f);
      weights[77] = outlier;
      const std::vector<float> stored = stored_as(type, weights);
      CHECK_FALSE(!(std::abs(stored[77] - outlier) <= 5.0f));
    }

    // All of one sign, far from zero: what types with a minimum are for, and none may fail.
    for (const float middle : {-3.0f, 3.0f}) {
      std::vector<float> weights = random.normal(256, 0.1f);
      for (float& weight : weights) weight += middle;
      const std::vector<float> stored = stored_as(type, weights);
      const double error = root_mean_square(stored.data(), weights.data(), 256);
      INFO("around " << middle << ": error " << error);
      CHECK_FALSE(!(error <= 0.6));
    }
    for (const float same : {0.5f, -0.5f}) {
      for (const float stored : stored_as(type, std::vector<float>(256, same))) {
        REQUIRE_FALSE(!(std::abs(stored - same) <= 0.01f));
      }
    }
  }
}

TEST_CASE("weights that the blocks can hold exactly come back nearly exactly") {
  RandomData random;
  INFO("seed " << random.seed);
  for (const auto& [name, type] : kWeightTypes) {
    if (block_elements(type) != 32) continue;
    // Whole multiples of 1/64, the ends of the range among them, as a block of this type could hold them.
    const int bits = type == WeightType::kQ8_0                                ? 8
                     : type == WeightType::kQ5_0 || type == WeightType::kQ5_1 ? 5
                                                                              : 4;
    if (type == WeightType::kIQ4_NL) continue;  // its steps are uneven
    const int lowest = -(1 << (bits - 1));
    std::uniform_int_distribution<int> quant(lowest + 1, -lowest - 1);
    std::vector<float> weights(256);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const int q = i % 32 == 5   ? (bits == 8 ? -127 : lowest)
                    : i % 32 == 6 ? -lowest - 1
                                  : quant(random.engine);
      weights[i] = static_cast<float>(q) / 64.0f;
    }
    const std::vector<float> stored = stored_as(type, weights);
    INFO(gguf::name(name));
    for (std::size_t i = 0; i < weights.size(); ++i) {
      REQUIRE_FALSE(!(std::abs(stored[i] - weights[i]) <= 1e-3f));
    }
  }
}

TEST_CASE("quantizing loses at most 1.05 times what another engine's quantizers lose") {
  const std::string folder = REFERENCE_DIR;
  if (folder.empty()) {
    WARN("skipped: the reference data are not on this machine");
    return;
  }
  const gguf::File floats = gguf::File::open(folder + "/quants/blocks-f32.gguf");
  const auto values = [&floats](const std::string& name) {
    const gguf::TensorInfo* tensor = floats.find_tensor(name);
    REQUIRE(tensor != nullptr);
    const auto* first = reinterpret_cast<const float*>(tensor->data.data());
    return std::vector<float>(first, first + tensor->elements());
  };
  const std::vector<float> original = values("original");
  for (const auto& [stored_type, type] : kWeightTypes) {
    if (type == WeightType::kF32) continue;
    std::string name(gguf::name(stored_type));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    const std::vector<float> stored = stored_as(type, original);
    const double ours = root_mean_square(stored.data(), original.data(), original.size());
    const double theirs = root_mean_square(values(name).data(), original.data(), original.size());
    std::printf("%-7s error %.3e, %.3f of the given blocks'\n", name.c_str(), ours, ours / theirs);
    INFO(name << ": " << ours << " against " << theirs);
    CHECK_FALSE(!(ours <= 1.05 * theirs));
  }
}
