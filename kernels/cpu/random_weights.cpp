#include "kernels/random_weights.h"

#include <array>
#include <cmath>
#include <cstring>

#include "kernels/float16.h"
#include "kernels/quantized_blocks.h"

namespace kernels {
namespace {

/// 64 random bits a call, in about a nanosecond (the generator known as SplitMix64).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
  }

  void fill(std::span<std::byte> bytes) {
    std::size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
      const std::uint64_t word = bits();
      std::memcpy(&bytes[i], &word, 8);
    }
    const std::uint64_t word = bits();
    std::memcpy(bytes.data() + i, &word, bytes.size() - i);
  }

 private:
  std::uint64_t state_;
};

// ---- plain types: numbers from a table of a normal distribution's quantiles -------------------------------

constexpr std::size_t kQuantiles = 1024;  // at most 4 KiB, so that the table stays in the first-level cache

/// The numbers that divide a normal distribution into equal parts: found by adding up its density.
std::array<float, kQuantiles> normal_quantiles() {
  std::array<float, kQuantiles> quantiles = {};
  constexpr double kStep = 1e-4;
  const double root = std::sqrt(2.0 * std::acos(-1.0));
  double below = 0.0;
  double x = -6.0;
  for (std::size_t i = 0; i < kQuantiles; ++i) {
    const double wanted = (static_cast<double>(i) + 0.5) / kQuantiles;
    for (; below < wanted && x < 6.0; x += kStep) below += std::exp(-0.5 * x * x) / root * kStep;
    quantiles[i] = static_cast<float>(x);
  }
  return quantiles;
}

template <typename Number, typename Convert>
void random_numbers(float deviation, Random& random, std::span<std::byte> bytes, const Convert& convert) {
  static const std::array<float, kQuantiles> quantiles = normal_quantiles();
  std::array<Number, kQuantiles> numbers = {};
  for (std::size_t i = 0; i < kQuantiles; ++i) numbers[i] = convert(deviation * quantiles[i]);
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size() / sizeof(Number); ++i) {
    word = i % 6 == 0 ? random.bits() : word >> 10;
    std::memcpy(&bytes[i * sizeof(Number)], &numbers[word % kQuantiles], sizeof(Number));
  }
}

// ---- block types: random bits are valid quants; only the scales must be chosen ----------------------------

/// The root of the mean square of the whole numbers first to last.
double root_mean_square(int first, int last) {
  double squares = 0.0;
  for (int i = first; i <= last; ++i) squares += static_cast<double>(i) * i;
  return std::sqrt(squares / (last - first + 1));
}

double steps_root_mean_square() {
  double squares = 0.0;
  for (const int step : kIQ4Steps) squares += static_cast<double>(step) * step;
  return std::sqrt(squares / std::size(kIQ4Steps));
}

/// What the scale of a block must be for weights of deviation 1.
double unit_scale(const BlockQ8_0*) { return 1.0 / root_mean_square(-128, 127); }
double unit_scale(const BlockQ4_0*) { return 1.0 / root_mean_square(-8, 7); }
double unit_scale(const BlockQ5_0*) { return 1.0 / root_mean_square(-16, 15); }
double unit_scale(const BlockIQ4_NL*) { return 1.0 / steps_root_mean_square(); }
double unit_scale(const BlockIQ4_XS*) { return 1.0 / (steps_root_mean_square() * root_mean_square(-32, 31)); }
double unit_scale(const BlockQ3_K*) { return 1.0 / (root_mean_square(-4, 3) * root_mean_square(-32, 31)); }
double unit_scale(const BlockQ6_K*) {
  return 1.0 / (root_mean_square(-32, 31) * root_mean_square(-128, 127));
}
// Those with a minimum: it puts the middle of the quants at 0.
double unit_scale(const BlockQ4_1*) { return 1.0 / std::sqrt((16.0 * 16.0 - 1.0) / 12.0); }
double unit_scale(const BlockQ5_1*) { return 1.0 / std::sqrt((32.0 * 32.0 - 1.0) / 12.0); }
double unit_scale(const BlockQ2_K*) {
  return 1.0 / (std::sqrt((4.0 * 4.0 - 1.0) / 12.0) * root_mean_square(8, 15));
}
double unit_scale(const BlockQ4_K*) {
  return 1.0 / (std::sqrt((16.0 * 16.0 - 1.0) / 12.0) * root_mean_square(32, 63));
}
double unit_scale(const BlockQ5_K*) {
  return 1.0 / (std::sqrt((32.0 * 32.0 - 1.0) / 12.0) * root_mean_square(32, 63));
}

/// Gives the block a scale. Most quants reach one further below zero than above; a random sign of the scale
/// keeps that from giving all weights a common mean, which many layers would amplify.
template <typename Block>
void set_scale(Block& block, float scale) {
  block.scale = float_to_half(scale);
}

void set_scale(BlockQ4_1& block, float scale) {
  block.scale = float_to_half(scale);
  block.minimum = float_to_half(-7.5f * scale);
}

void set_scale(BlockQ5_1& block, float scale) {
  block.scale = float_to_half(scale);
  block.minimum = float_to_half(-15.5f * scale);
}

void set_scale(BlockQ2_K& block, float scale) {
  block.scale = float_to_half(scale);
  block.minimum = float_to_half(1.5f * scale);
  for (std::uint8_t& group : block.scales) {
    const int small = 8 | (group & 7);
    group = static_cast<std::uint8_t>(small | small << 4);
  }
}

/// Scales of 6 bits from 32 to 63, the minimum's the same.
void set_group_scales(std::uint8_t (&scales)[12]) {
  for (int g = 0; g < 4; ++g) {
    // Groups g and g + 4: 5 random bits each, below a bit that is always set.
    const unsigned first = 32u | (scales[g] & 31u);
    const unsigned second = 32u | (scales[g + 4] & 31u);
    scales[g] = static_cast<std::uint8_t>(first | second >> 4 << 6);
    scales[g + 4] = scales[g];
    scales[g + 8] = static_cast<std::uint8_t>((second & 15u) | (second & 15u) << 4);
  }
}

void set_scale(BlockQ4_K& block, float scale) {
  block.scale = float_to_half(scale);
  block.minimum = float_to_half(7.5f * scale);
  set_group_scales(block.scales);
}

void set_scale(BlockQ5_K& block, float scale) {
  block.scale = float_to_half(scale);
  block.minimum = float_to_half(15.5f * scale);
  set_group_scales(block.scales);
}

template <typename Block>
void random_blocks(float deviation, Random& random, std::span<std::byte> bytes) {
  random.fill(bytes);
  const auto scale = static_cast<float>(deviation * unit_scale(static_cast<const Block*>(nullptr)));
  auto* blocks = reinterpret_cast<Block*>(bytes.data());
  for (std::size_t b = 0; b < bytes.size() / sizeof(Block); ++b) {
    // From 0.75 to 1.25 times the scale: blocks differ, and the deviation stays within 2% of what is asked.
    const std::uint64_t bits = random.bits();
    const float factor = 0.75f + 0.5f * static_cast<float>(bits & 0xFFFFu) / 65536.0f;
    set_scale(blocks[b], (bits >> 63 != 0 ? -scale : scale) * factor);
  }
}

}  // namespace

void random_weights(WeightType type, float deviation, std::uint64_t seed, std::span<std::byte> blocks) {
  Random random(seed);
  switch (type) {
    case WeightType::kF32:
      random_numbers<float>(deviation, random, blocks, [](float value) { return value; });
      return;
    case WeightType::kF16:
      random_numbers<std::uint16_t>(deviation, random, blocks, float_to_half);
      return;
    case WeightType::kBF16:
      random_numbers<std::uint16_t>(deviation, random, blocks, float_to_bfloat16);
      return;
    case WeightType::kQ8_0:
      random_blocks<BlockQ8_0>(deviation, random, blocks);
      return;
    case WeightType::kQ4_0:
      random_blocks<BlockQ4_0>(deviation, random, blocks);
      return;
    case WeightType::kQ4_1:
      random_blocks<BlockQ4_1>(deviation, random, blocks);
      return;
    case WeightType::kQ5_0:
      random_blocks<BlockQ5_0>(deviation, random, blocks);
      return;
    case WeightType::kQ5_1:
      random_blocks<BlockQ5_1>(deviation, random, blocks);
      return;
    case WeightType::kQ2_K:
      random_blocks<BlockQ2_K>(deviation, random, blocks);
      return;
    case WeightType::kQ3_K:
      random_blocks<BlockQ3_K>(deviation, random, blocks);
      return;
    case WeightType::kQ4_K:
      random_blocks<BlockQ4_K>(deviation, random, blocks);
      return;
    case WeightType::kQ5_K:
      random_blocks<BlockQ5_K>(deviation, random, blocks);
      return;
    case WeightType::kQ6_K:
      random_blocks<BlockQ6_K>(deviation, random, blocks);
      return;
    case WeightType::kIQ4_NL:
      random_blocks<BlockIQ4_NL>(deviation, random, blocks);
      return;
    case WeightType::kIQ4_XS:
      random_blocks<BlockIQ4_XS>(deviation, random, blocks);
      return;
  }
}

}  // namespace kernels
