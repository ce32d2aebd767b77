#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

/// Random inputs for a test. Print `seed` with a failure (INFO) to be able to repeat it.
struct RandomData {
  std::uint32_t seed = std::random_device{}();
  std::mt19937 engine{seed};

  std::vector<float> normal(std::size_t count, float deviation = 1.0f) {
    std::normal_distribution<float> distribution(0.0f, deviation);
    std::vector<float> values(count);
    for (float& value : values) value = distribution(engine);
    return values;
  }

  std::vector<std::byte> bytes(std::size_t count) {
    std::uniform_int_distribution<int> distribution(0, 255);
    std::vector<std::byte> values(count);
    for (std::byte& value : values) value = static_cast<std::byte>(distribution(engine));
    return values;
  }
};

/// A result buffer that shows where nothing was written: NaN is equal to nothing and under no bound.
inline std::vector<float> poisoned(std::size_t count) {
  return std::vector<float>(count, std::numeric_limits<float>::quiet_NaN());
}
