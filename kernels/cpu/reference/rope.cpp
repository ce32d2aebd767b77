#include "kernels/rope.h"

#include <cmath>
#include <vector>

namespace kernels::reference {

void rope(std::span<float> x, std::size_t heads, std::size_t head_size, std::size_t first_position,
          const Rope& rope) {
  const std::size_t pairs = rope.dimensions / 2;
  const bool neighbours = rope.pairs == RopePairs::kNeighbours;
  std::vector<double> frequency(pairs);  // radians a position
  for (std::size_t i = 0; i < pairs; ++i) {
    const double exponent = -2.0 * static_cast<double>(i) / static_cast<double>(rope.dimensions);
    frequency[i] =
        rope.scale * std::pow(rope.base, exponent) / (rope.factors.empty() ? 1.0 : rope.factors[i]);
  }

  const std::size_t n = x.size() / (heads * head_size);
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t i = 0; i < pairs; ++i) {
      const double angle = static_cast<double>(first_position + t) * frequency[i];
      const double cosine = std::cos(angle);
      const double sine = std::sin(angle);
      for (std::size_t head = 0; head < heads; ++head) {
        float* numbers = &x[(t * heads + head) * head_size];
        float& first = numbers[neighbours ? 2 * i : i];
        float& second = numbers[neighbours ? 2 * i + 1 : i + pairs];
        const double a = first;
        const double b = second;
        first = static_cast<float>(a * cosine - b * sine);
        second = static_cast<float>(a * sine + b * cosine);
      }
    }
  }
}

}  // namespace kernels::reference
