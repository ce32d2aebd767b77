#include "quantize/model_shape.h"

#include <fmt/format.h>

namespace quantize {
namespace {

// Source: the config.json that each model was published with.
constexpr ModelShape kShapes[] = {
    // name, architecture, context, embedding, layers, heads, kv heads, head size, feed-forward, vocabulary,
    // rope base, epsilon
    {"tiny", "llama", 2048, 256, 4, 8, 4, 32, 512, 1024, 10000.0f, 1e-5f},
    {"tinyllama-1.1b", "llama", 2048, 2048, 22, 32, 4, 64, 5632, 32000, 10000.0f, 1e-5f},
    {"llama2-7b", "llama", 4096, 4096, 32, 32, 32, 128, 11008, 32000, 10000.0f, 1e-5f},
    {"llama3-8b", "llama", 8192, 4096, 32, 32, 8, 128, 14336, 128256, 500000.0f, 1e-5f},
    {.name = "llama3.2-1b",
     .architecture = "llama",
     .context = 131072,
     .embedding = 2048,
     .layers = 16,
     .heads = 32,
     .kv_heads = 8,
     .head_size = 64,
     .feed_forward = 8192,
     .vocabulary = 128256,
     .rope_base = 500000.0f,
     .norm_epsilon = 1e-5f,
     .tied = true,
     .long_context_rope = true},
    {.name = "qwen2.5-0.5b",
     .architecture = "qwen2",
     .context = 32768,
     .embedding = 896,
     .layers = 24,
     .heads = 14,
     .kv_heads = 2,
     .head_size = 64,
     .feed_forward = 4864,
     .vocabulary = 151936,
     .rope_base = 1e6f,
     .norm_epsilon = 1e-6f,
     .tied = true,
     .biases = true},
    {.name = "qwen2.5-7b",
     .architecture = "qwen2",
     .context = 32768,
     .embedding = 3584,
     .layers = 28,
     .heads = 28,
     .kv_heads = 4,
     .head_size = 128,
     .feed_forward = 18944,
     .vocabulary = 152064,
     .rope_base = 1e6f,
     .norm_epsilon = 1e-6f,
     .biases = true},
    {.name = "gemma2-2b",
     .architecture = "gemma2",
     .context = 8192,
     .embedding = 2304,
     .layers = 26,
     .heads = 8,
     .kv_heads = 4,
     .head_size = 256,
     .feed_forward = 9216,
     .vocabulary = 256000,
     .rope_base = 10000.0f,
     .norm_epsilon = 1e-6f,
     .tied = true,
     .sliding_window = 4096,
     .attention_soft_cap = 50.0f,
     .output_soft_cap = 30.0f},
    {.name = "mixtral-8x7b",
     .architecture = "llama",
     .context = 32768,
     .embedding = 4096,
     .layers = 32,
     .heads = 32,
     .kv_heads = 8,
     .head_size = 128,
     .feed_forward = 14336,
     .vocabulary = 32000,
     .rope_base = 1e6f,
     .norm_epsilon = 1e-5f,
     .experts = 8,
     .experts_used = 2},
};

}  // namespace

const ModelShape* find_shape(std::string_view name) {
  for (const ModelShape& shape : kShapes) {
    if (shape.name == name) return &shape;
  }
  return nullptr;
}

std::string shape_names() {
  std::string names;
  for (const ModelShape& shape : kShapes) names += fmt::format("{}{}", names.empty() ? "" : ", ", shape.name);
  return names;
}

}  // namespace quantize
