// The qwen3 architecture: Qwen 3 without experts.
//
// As llama (llama.cpp tells the steps), but each head's query and key is normalized before it is turned,
// which bounds the attention scores, and the two numbers of a head that turn together stand half a head
// apart. Heads may be wider than embedding / heads (attention.key_length).

#include "model/architecture.h"

namespace model {
namespace {

Layer map_qwen3_layer(LayerTensors& tensors, const Config& config) {
  Layer layer;
  layer.attention_norm = tensors.vector("attn_norm.weight", config.embedding);
  layer.query = tensors.matrix("attn_q.weight", config.query_size(), config.embedding);
  layer.key = tensors.matrix("attn_k.weight", config.kv_size(), config.embedding);
  layer.value = tensors.matrix("attn_v.weight", config.kv_size(), config.embedding);
  layer.query_norm = tensors.vector("attn_q_norm.weight", config.head_size);
  layer.key_norm = tensors.vector("attn_k_norm.weight", config.head_size);
  layer.attention_output = tensors.matrix("attn_output.weight", config.embedding, config.query_size());
  layer.feed_forward_norm = tensors.vector("ffn_norm.weight", config.embedding);
  layer.gate = tensors.matrix("ffn_gate.weight", config.feed_forward, config.embedding);
  layer.up = tensors.matrix("ffn_up.weight", config.feed_forward, config.embedding);
  layer.down = tensors.matrix("ffn_down.weight", config.embedding, config.feed_forward);
  return layer;
}

bool forward_qwen3(const Model& model, backend::Backend& backend, std::span<const Token> tokens,
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
                            .query_norm = layer.query_norm,
                            .key_norm = layer.key_norm,
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

const ArchitectureParts kQwen3 = {Architecture::kQwen3, "qwen3", nullptr, map_qwen3_layer, forward_qwen3};

}  // namespace model
