// The gemma2 architecture: Gemma 2 with 2, 9 and 27 billion weights.
//
// What differs from llama (llama.cpp tells the steps):
// - token embeddings are multiplied by sqrt(embedding)
// - what a layer adds to x is normalized before it is added, as well as what it reads from x
// - attention scores and logits are kept between -cap and cap: cap * tanh(score / cap)
// - layers 0, 2, 4, ... see the last `sliding_window` positions only, the others all
// - the activation between the feed-forward matrices is GELU
// - the two numbers of a head that turn together stand half a head apart
// - the embedding table is also the output matrix
// A norm multiplies by 1 + its trained weight; files hold the sum.

#include <cmath>

#include "model/architecture.h"

namespace model {
namespace {

/// The 27B model, which its metadata does not tell from the others, was trained with another scale.
constexpr std::size_t kLayersOf27B = 46;

void read_gemma2_config(const MetadataKeys& keys, Config& config) {
  // Files from before these keys existed are of models trained with these values.
  config.attention_softcap = static_cast<float>(keys.positive_or("attn_logit_softcapping", 50.0));
  config.logit_softcap = static_cast<float>(keys.positive_or("final_logit_softcapping", 30.0));
  config.sliding_window = keys.size_or("attention.sliding_window", 4096, kMaxContext);
  if (config.layers == kLayersOf27B) {
    config.attention_scale =
        std::sqrt(static_cast<double>(config.heads) / static_cast<double>(config.embedding));
  }
}

Layer map_gemma2_layer(LayerTensors& tensors, const Config& config) {
  Layer layer;
  layer.attention_norm = tensors.vector("attn_norm.weight", config.embedding);
  layer.query = tensors.matrix("attn_q.weight", config.query_size(), config.embedding);
  layer.key = tensors.matrix("attn_k.weight", config.kv_size(), config.embedding);
  layer.value = tensors.matrix("attn_v.weight", config.kv_size(), config.embedding);
  layer.attention_output = tensors.matrix("attn_output.weight", config.embedding, config.query_size());
  layer.attention_post_norm = tensors.vector("post_attention_norm.weight", config.embedding);
  layer.feed_forward_norm = tensors.vector("ffn_norm.weight", config.embedding);
  layer.gate = tensors.matrix("ffn_gate.weight", config.feed_forward, config.embedding);
  layer.up = tensors.matrix("ffn_up.weight", config.feed_forward, config.embedding);
  layer.down = tensors.matrix("ffn_down.weight", config.embedding, config.feed_forward);
  layer.feed_forward_post_norm = tensors.vector("post_ffw_norm.weight", config.embedding);
  return layer;
}

bool forward_gemma2(const Model& model, backend::Backend& backend, std::span<const Token> tokens,
                    std::size_t position, std::span<float> logits, const LayerProgress& layer_done) {
  const Config& config = model.config;
  const Weights& w = model.weights;
  const kernels::Rope rope = rope_settings(model, kernels::RopePairs::kHalves);

  backend.embed(w.token_embedding, tokens, position, std::sqrt(static_cast<float>(config.embedding)));

  for (std::size_t i = 0; i < config.layers; ++i) {
    const Layer& layer = w.layers[i];
    backend.project_qkv(i, {.norm = layer.attention_norm,
                            .query = layer.query,
                            .key = layer.key,
                            .value = layer.value,
                            .rope = rope});
    backend.attention(i, {.scale = config.attention_scale,
                          .softcap = config.attention_softcap,
                          .window = i % 2 == 0 ? config.sliding_window : 0});
    backend.add_projection(layer.attention_output, layer.attention_post_norm);
    backend.add_feed_forward({.norm = layer.feed_forward_norm,
                              .gate = layer.gate,
                              .up = layer.up,
                              .down = layer.down,
                              .activation = kernels::Activation::kGelu,
                              .post_norm = layer.feed_forward_post_norm});
    if (!layer_done(i + 1)) return false;
  }

  backend.logits({w.output_norm, w.output, config.logit_softcap}, logits);
  return true;
}

}  // namespace

const ArchitectureParts kGemma2 = {Architecture::kGemma2, "gemma2", read_gemma2_config, map_gemma2_layer,
                                   forward_gemma2};

}  // namespace model
