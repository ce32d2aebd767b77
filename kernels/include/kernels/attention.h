#pragma once

#include <cstddef>
#include <span>

namespace kernels {

/// Grouped-query attention: heads / kv_heads query heads in a row share one key and value head.
struct AttentionShape {
  std::size_t heads = 0;
  std::size_t kv_heads = 0;  // divides heads
  std::size_t head_size = 0;
};

/// What differs between models, and in gemma2 between layers.
struct AttentionSettings {
  double scale = 0.0;      // of q k, mostly 1 / sqrt(head_size)
  float softcap = 0.0f;    // above 0: scores become softcap * tanh(score / softcap) before the softmax
  std::size_t window = 0;  // above 0: a token sees this many positions, itself the last of them; 0: all
};

namespace reference {

/// Causal attention: out[t] = softmax(scale q[t] K^T) V over the positions up to first_position + t.
///
/// @param q  [n][heads][head_size]
/// @param keys, values  [at least first_position + n][kv_heads][head_size]
/// @param out  [n][heads][head_size]; overwritten
/// @param threads  (token, head) pairs are divided among this many; the result does not depend on it
void attention(const AttentionShape& shape, const AttentionSettings& settings, std::size_t first_position,
               std::span<const float> q, std::span<const float> keys, std::span<const float> values,
               std::span<float> out, int threads);

}  // namespace reference
}  // namespace kernels
