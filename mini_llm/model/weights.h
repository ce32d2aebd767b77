#pragma once

#include <span>
#include <vector>

#include "backend/backend.h"
#include "gguf/file.h"
#include "kernels/matrix.h"
#include "model/config.h"

namespace model {

using kernels::Matrix;

/// The weights of one transformer block, in the order in which it uses them. Matrices are [output][input].
/// Where not every architecture has a part, its name is there; elsewhere the part is empty.
struct Layer {
  std::span<const float> attention_norm;       // [embedding]
  Matrix query;                                // [heads * head_size][embedding]
  Matrix key;                                  // [kv_heads * head_size][embedding]
  Matrix value;                                // [kv_heads * head_size][embedding]
  std::span<const float> query_bias;           // [heads * head_size], qwen2
  std::span<const float> key_bias;             // [kv_heads * head_size], qwen2
  std::span<const float> value_bias;           // [kv_heads * head_size], qwen2
  std::span<const float> query_norm;           // [head_size], qwen3
  std::span<const float> key_norm;             // [head_size], qwen3
  Matrix attention_output;                     // [embedding][heads * head_size]
  std::span<const float> attention_post_norm;  // [embedding], gemma2

  std::span<const float> feed_forward_norm;       // [embedding]
  Matrix gate;                                    // [feed_forward][embedding]
  Matrix up;                                      // [feed_forward][embedding]
  Matrix down;                                    // [embedding][feed_forward]
  Matrix router;                                  // [experts][embedding], llama with experts
  std::vector<backend::Expert> experts;           // [experts], in place of gate, up and down
  std::span<const float> feed_forward_post_norm;  // [embedding], gemma2
};

/// The weights of a model: views into its mapped file, or into memory of a backend's, which must outlive
/// them.
struct Weights {
  Matrix token_embedding;               // [vocabulary][embedding]
  std::span<const float> rope_factors;  // [rope_dimensions / 2], or empty
  std::vector<Layer> layers;            // [layers]
  std::span<const float> output_norm;   // [embedding]
  Matrix output;  // [vocabulary][embedding]; token_embedding itself when the two are tied
};

/// Finds every tensor of the architecture and checks its type and shape against `config`. Copies nothing.
///
/// @throws Error naming the tensor that is missing, of another shape, of a type that cannot be computed, or
/// not part
///         of the architecture: leaving one out silently would give wrong text
Weights map_weights(const gguf::File& file, const Config& config);

}  // namespace model
