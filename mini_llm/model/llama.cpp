// The llama architecture: Llama 1 to 3, TinyLlama, Mistral, DeepSeek LLM and others that share its blocks,
// and Mixtral, which has several feed-forward parts ("experts") in each.
//
// Each token becomes a row of `embedding` numbers, the hidden state x [n][embedding], which the backend
// keeps. Every layer adds two things to x: what attention gathers from earlier tokens, and what the
// feed-forward part makes of each token by itself. At the end x is compared with every token of the
// vocabulary.

#include <fmt/format.h>

#include "model/architecture.h"

namespace model {
namespace {

void read_llama_config(const MetadataKeys& keys, Config& config) {
  if (keys.file().find_uint(keys.key("expert_count")).value_or(0) == 0) return;
  config.experts = keys.size("expert_count", kMaxExperts);
  config.experts_used = keys.size("expert_used_count", config.experts);
}

/// `count` matrices in one tensor "ffn_gate_exps.weight", or, as files were made before April 2024, each in
/// one of its own, "ffn_gate.0.weight" and so on.
std::vector<Matrix> expert_matrices(LayerTensors& tensors, std::string_view part, std::size_t count,
                                    std::size_t rows, std::size_t cols) {
  if (!tensors.has(fmt::format("{}.0.weight", part))) {
    return tensors.stacked_matrices(fmt::format("{}_exps.weight", part), count, rows, cols);
  }
  std::vector<Matrix> matrices;
  for (std::size_t i = 0; i < count; ++i) {
    matrices.push_back(tensors.matrix(fmt::format("{}.{}.weight", part, i), rows, cols));
  }
  return matrices;
}

void map_experts(LayerTensors& tensors, const Config& config, Layer& layer) {
  const std::size_t experts = config.experts;
  layer.router = tensors.matrix("ffn_gate_inp.weight", experts, config.embedding);
  const auto gates = expert_matrices(tensors, "ffn_gate", experts, config.feed_forward, config.embedding);
  const auto ups = expert_matrices(tensors, "ffn_up", experts, config.feed_forward, config.embedding);
  const auto downs = expert_matrices(tensors, "ffn_down", experts, config.embedding, config.feed_forward);
  for (std::size_t i = 0; i < experts; ++i) layer.experts.push_back({gates[i], ups[i], downs[i]});
}

Layer map_llama_layer(LayerTensors& tensors, const Config& config) {
  Layer layer;
  layer.attention_norm = tensors.vector("attn_norm.weight", config.embedding);
  layer.query = tensors.matrix("attn_q.weight", config.query_size(), config.embedding);
  layer.key = tensors.matrix("attn_k.weight", config.kv_size(), config.embedding);
  layer.value = tensors.matrix("attn_v.weight", config.kv_size(), config.embedding);
  layer.attention_output = tensors.matrix("attn_output.weight", config.embedding, config.query_size());
  layer.feed_forward_norm = tensors.vector("ffn_norm.weight", config.embedding);
  if (config.experts > 0) {
    map_experts(tensors, config, layer);
  } else {
    layer.gate = tensors.matrix("ffn_gate.weight", config.feed_forward, config.embedding);
    layer.up = tensors.matrix("ffn_up.weight", config.feed_forward, config.embedding);
    layer.down = tensors.matrix("ffn_down.weight", config.embedding, config.feed_forward);
  }
  return layer;
}

bool forward_llama(const Model& model, backend::Backend& backend, std::span<const Token> tokens,
                   std::size_t position, std::span<float> logits, const LayerProgress& layer_done) {
  const Config& config = model.config;
  const Weights& w = model.weights;
  const kernels::Rope rope = rope_settings(model, kernels::RopePairs::kNeighbours);

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
    backend.attention(i, {.scale = config.attention_scale});

    // x += attention_output [embedding][heads * head_size] applied to a
    backend.add_projection(layer.attention_output);

    if (config.experts == 0) {
      // h [n][embedding] = rms_norm(x)
      // x += down [embedding][feed_forward] applied to silu(gate h) * (up h), both [n][feed_forward]
      backend.add_feed_forward(
          {.norm = layer.feed_forward_norm, .gate = layer.gate, .up = layer.up, .down = layer.down});
    } else {
      // The same, but each token by the few experts for which router [experts][embedding] applied to h is
      // highest: x += the mean of their results, weighted by the softmax of those scores
      backend.add_experts({.norm = layer.feed_forward_norm,
                           .router = layer.router,
                           .experts = layer.experts,
                           .used = config.experts_used});
    }
    if (!layer_done(i + 1)) return false;
  }

  // logits [rows][vocabulary] = output [vocabulary][embedding] applied to rms_norm(x), for the last rows of x
  backend.logits({w.output_norm, w.output}, logits);
  return true;
}

}  // namespace

const ArchitectureParts kLlama = {Architecture::kLlama, "llama", read_llama_config, map_llama_layer,
                                  forward_llama};

}  // namespace model
