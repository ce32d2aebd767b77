#pragma once

#include <cstddef>
#include <span>

namespace kernels {

/// Which two numbers of a head turn together.
enum class RopePairs {
  kNeighbours,  // 2i and 2i + 1: GGUF files of the llama architecture
  kHalves,      // i and i + dimensions / 2: those of qwen2, qwen3 and gemma2 ("NeoX")
};

/// Rotary position embedding: which pairs turn, and how fast.
///
/// Pair i of a head's first `dimensions` elements turns by
///   angle = position * scale * base^(-2 i / dimensions) / factors[i]
/// so that the first pairs turn fast and the last ones slowly, and a product of a query and a key depends
/// only on how far apart they are.
struct Rope {
  std::size_t dimensions = 0;  // even, at most the head size; elements behind stay as they are
  double base = 10000.0;
  double scale = 1.0;  // below 1: positions squeezed to reach further than in training ("linear scaling")
  RopePairs pairs = RopePairs::kNeighbours;
  std::span<const float> factors;  // [dimensions / 2], or empty for none: Llama 3.1's rope_freqs
};

namespace reference {

/// Turns each head of x in place.
///
/// @param x  [n][heads][head_size]; row t stands at position first_position + t
void rope(std::span<float> x, std::size_t heads, std::size_t head_size, std::size_t first_position,
          const Rope& rope);

}  // namespace reference
}  // namespace kernels
