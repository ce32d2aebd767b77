// The llama architecture: Llama 1 to 3, TinyLlama, Mistral and others that share its blocks.
//
// Each token becomes a row of `embedding` numbers, the hidden state x [n][embedding], which the backend
// keeps. Every layer adds two things to x: what attention gathers from earlier tokens, and what the
// feed-forward part makes of each token by itself. At the end x is compared with every token of the
// vocabulary.

#include <cmath>

#include "model/model.h"

namespace model {

void forward_llama(const Model& model, backend::Backend& backend, std::span<const Token> tokens,
                   std::size_t position, std::span<float> logits) {
  const Config& config = model.config;
  const Weights& w = model.weights;
  const kernels::Rope rope = {config.rope_dimensions, config.rope_base, config.rope_scale,
                              kernels::RopePairs::kNeighbours, w.rope_factors};
  const kernels::AttentionSettings attention = {1.0 / std::sqrt(static_cast<double>(config.head_size))};

  // x [n][embedding] = the rows of token_embedding [vocabulary][embedding] that the tokens name
  backend.embed(w.token_embedding, tokens, position);

  for (std::size_t i = 0; i < config.layers; ++i) {
    const Layer& layer = w.layers[i];

    // h [n][embedding] = rms_norm(x)
    // q [n][heads][head_size], k and v [n][kv_heads][head_size] = query, key, value applied to h
    // q and k are turned by their positions; k and v are stored in the cache behind those of earlier tokens.
    backend.project_qkv(i, {.norm = layer.attention_norm,
                            .query = layer.query,
                            .key = layer.key,
                            .value = layer.value,
                            .rope = rope});

    // a [n][heads][head_size] = for every head, a mean of the cached values, weighted by how well q meets the
    // cached k
    backend.attention(i, attention);

    // x += attention_output [embedding][heads * head_size] applied to a
    backend.add_projection(layer.attention_output);

    // h [n][embedding] = rms_norm(x)
    // x += down [embedding][feed_forward] applied to silu(gate h) * (up h), both [n][feed_forward]
    backend.add_feed_forward(
        {.norm = layer.feed_forward_norm, .gate = layer.gate, .up = layer.up, .down = layer.down});
  }

  // logits [rows][vocabulary] = output [vocabulary][embedding] applied to rms_norm(x), for the last rows of x
  backend.logits({w.output_norm, w.output}, logits);
}

}  // namespace model
