#include "reference/fit.h"

#include <array>
#include <cmath>
#include <cstdint>

#include "kernels/quantized_blocks.h"

namespace kernels::reference {
namespace {

constexpr int kImprovements = 2;  // rounds of fitting and rounding in turn; more change nothing visible

constexpr std::size_t kMostWeights = 32;  // that share a scale

/// The weight that is farthest from zero, with its sign.
float peak(std::span<const float> weights) {
  float found = 0.0f;
  for (const float weight : weights) {
    if (std::abs(weight) > std::abs(found)) found = weight;
  }
  return found;
}

/// Eight running sums, as the compiler may not reorder a single one into a vector's.
struct Sums {
  float values[8] = {};
  float total() const {
    return ((values[0] + values[4]) + (values[1] + values[5])) +
           ((values[2] + values[6]) + (values[3] + values[7]));
  }
};

/// The fit of one scale to one choice of quants.
struct ScaleFit {
  float scale = 0.0f;
  float gain = 0.0f;  // the sum of squares of the weights, less the error: larger is better
};

template <typename Quant>
ScaleFit fit_to_quants(std::span<const float> weights, const Quant& quant) {
  float quants[kMostWeights];
  for (std::size_t i = 0; i < weights.size(); ++i) quants[i] = quant(weights[i]);
  Sums products;
  Sums squares;
  for (std::size_t i = 0; i < weights.size(); i += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane)
      products.values[lane] += weights[i + lane] * quants[i + lane];
    for (std::size_t lane = 0; lane < 8; ++lane) squares.values[lane] += quants[i + lane] * quants[i + lane];
  }
  const float square = squares.total();
  if (square == 0.0f) return {};
  const float product = products.total();
  return {product / square, product * product / square};
}

/// Tries what maps the peak to quants from lowest - reach to lowest + reach, then improves the best.
/// @param quant  (weight, inverse scale) -> its quant
template <typename Quant>
float search_scale(std::span<const float> weights, float lowest, float reach, int tries, const Quant& quant) {
  const float largest = peak(weights);
  if (largest == 0.0f) return 0.0f;
  ScaleFit best;
  const auto consider = [&](float inverse) {
    const ScaleFit fit = fit_to_quants(weights, [&](float weight) { return quant(weight, inverse); });
    if (fit.gain > best.gain) best = fit;
  };
  for (int i = -tries; i <= tries; ++i) {
    consider((lowest + reach * static_cast<float>(i) / static_cast<float>(tries)) / largest);
  }
  for (int i = 0; i < kImprovements; ++i) consider(inverse_or_zero(best.scale));
  return best.scale;
}

}  // namespace

float fit_scale(std::span<const float> weights, int lowest, int highest) {
  const auto low = static_cast<float>(lowest);
  const auto high = static_cast<float>(highest);
  return search_scale(weights, low, 0.9f, 9, [low, high](float weight, float inverse) {
    return nearest_quant(weight, inverse, low, high);
  });
}

Line fit_line(std::span<const float> weights, int highest, bool minimum_positive) {
  const auto high = static_cast<float>(highest);
  const auto count = static_cast<float>(weights.size());
  float smallest = weights[0];
  float largest = weights[0];
  double sum = 0.0;
  double square = 0.0;
  for (const float weight : weights) {
    smallest = std::min(smallest, weight);
    largest = std::max(largest, weight);
    sum += weight;
    square += static_cast<double>(weight) * weight;
  }
  if (!minimum_positive) smallest = std::min(smallest, 0.0f);
  if (!(largest > smallest)) return {0.0f, smallest};

  Line best = {(largest - smallest) / high, smallest};
  double least_error = INFINITY;
  const auto consider = [&](float inverse, float minimum) {
    float quants[kMostWeights];
    for (std::size_t i = 0; i < weights.size(); ++i) {
      quants[i] = nearest_quant(weights[i] - minimum, inverse, 0.0f, high);
    }
    Sums quant_sums;
    Sums squares;
    for (std::size_t i = 0; i < weights.size(); i += 8) {
      for (std::size_t lane = 0; lane < 8; ++lane) quant_sums.values[lane] += quants[i + lane];
      for (std::size_t lane = 0; lane < 8; ++lane)
        squares.values[lane] += quants[i + lane] * quants[i + lane];
    }
    Sums products;
    for (std::size_t i = 0; i < weights.size(); i += 8) {
      for (std::size_t lane = 0; lane < 8; ++lane)
        products.values[lane] += weights[i + lane] * quants[i + lane];
    }
    const double q = quant_sums.total();
    const double qq = squares.total();
    const double wq = products.total();
    const double determinant = count * qq - q * q;
    if (!(determinant > 0.0)) return;  // all quants are the same
    double scale = (count * wq - sum * q) / determinant;
    double offset = (qq * sum - q * wq) / determinant;
    if (!minimum_positive && offset > 0.0) {
      offset = 0.0;
      scale = wq / qq;
    }
    if (!(scale > 0.0)) return;
    const double error = square - 2.0 * scale * wq - 2.0 * offset * sum + scale * scale * qq +
                         2.0 * scale * offset * q + count * offset * offset;
    if (error < least_error) {
      least_error = error;
      best = {static_cast<float>(scale), static_cast<float>(offset)};
    }
  };
  constexpr int kTries = 20;
  for (int i = 0; i <= kTries; ++i) {
    // The range of the weights as highest - 1 to highest + 1 steps: with more, the extreme weights are cut.
    const float steps = high - 1.0f + 2.0f * static_cast<float>(i) / kTries;
    consider(steps / (largest - smallest), smallest);
  }
  for (int i = 0; i < kImprovements; ++i) consider(1.0f / best.scale, best.minimum);
  return best;
}

int nearest_step(float value) {
  // The middles between steps are multiples of 0.5, so all of [k / 2, (k + 1) / 2) is nearest to one step.
  static constexpr auto kNearest = [] {
    std::array<std::uint8_t, 512> nearest = {};
    for (int k = 0; k < 512; ++k) {
      std::uint8_t step = 0;
      while (step < 15 && k - 256 >= kIQ4Steps[step] + kIQ4Steps[step + 1]) ++step;
      nearest[static_cast<std::size_t>(k)] = step;
    }
    return nearest;
  }();
  return kNearest[static_cast<std::size_t>(clamp(value, -128.0f, 127.0f) * 2.0f + 256.0f)];
}

float fit_steps(std::span<const float> weights) {
  return search_scale(weights, kIQ4Steps[0], 7.0f, 7, [](float weight, float inverse) {
    return static_cast<float>(kIQ4Steps[nearest_step(weight * inverse)]);
  });
}

}  // namespace kernels::reference
