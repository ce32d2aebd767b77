// The qwen2 architecture: Qwen 1.5, 2 and 2.5, and DeepSeek R1's distillations of them.
//
// As llama (llama.cpp tells the steps), but a bias is added to queries, keys and values, and the two numbers
// of a head that turn together stand half a head apart. Small models have no output matrix of their own.

#include "model/architecture.h"

namespace model {
namespace {

Layer map_qwen2_layer(LayerTensors& tensors, const Config& config) {
  Layer layer;
  layer.attention_norm = tensors.vector("attn_norm.weight", config.embedding);
  layer.query = tensors.matrix("attn_q.weight", config.query_size(), config.embedding);
  layer.key = tensors.matrix("attn_k.weight", config.kv_size(), config.embedding);
  layer.value = tensors.matrix("attn_v.weight", config.kv_size(), config.embedding);
  layer.query_bias = tensors.vector("attn_q.bias", config.query_size());
  layer.key_bias = tensors.vector("attn_k.bias", config.kv_size());
  layer.value_bias = tensors.vector("attn_v.bias", config.kv_size());
  layer.attention_output = tensors.matrix("attn_output.weight", config.embedding, config.query_size());
  layer.feed_forward_norm = tensors.vector("ffn_norm.weight", config.embedding);
  layer.gate = tensors.matrix("ffn_gate.weight", config.feed_forward, config.embedding);
  layer.up = tensors.matrix("ffn_up.weight", config.feed_forward, config.embedding);
  layer.down = tensors.matrix("ffn_down.weight", config.embedding, config.feed_forward);
  return layer;
}

bool forward_qwen2(const Model& model, backend::Backend& backend, std::span<const Token> tokens,
                   std::size_t position, std::span<float> logits, const LayerProgress& layer_done) {
  const Config& config = model.config;
  const Weights& w = model.weights;
  const kernels::Rope rope = rope_settings(model, kernels::RopePairs::kHalves);

  backend.embed(w.token_embedding, tokens, position);

  for (std::size_t i = 0; i < config.layers; ++i) {
    const Layer& layer = w.layers[i];
    backend.project_qkv(i, {.norm = layer.attention_norm,
                            .query = layer.query,
                            .key = layer.key,
                            .value = layer.value,
                            .query_bias = layer.query_bias,
                            .key_bias = layer.key_bias,
                            .value_bias = layer.value_bias,
                            .rope = rope});
    backend.attention(i, {.scale = config.attention_scale});
    backend.add_projection(layer.attention_output);
    backend.add_feed_forward(
        {.norm = layer.feed_forward_norm, .gate = layer.gate, .up = layer.up, .down = layer.down});
    if (!layer_done(i + 1)) return false;
  }

  backend.logits({w.output_norm, w.output}, logits);
  return true;
}

}  // namespace

const ArchitectureParts kQwen2 = {Architecture::kQwen2, "qwen2", nullptr, map_qwen2_layer, forward_qwen2};

}  // namespace model
