#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace quantize {

/// The sizes of a known model, as its makers published them.
struct ModelShape {
  std::string_view name;
  std::string_view architecture;
  std::uint32_t context;
  std::uint32_t embedding;
  std::uint32_t layers;
  std::uint32_t heads;
  std::uint32_t kv_heads;
  std::uint32_t head_size;
  std::uint32_t feed_forward;
  std::uint32_t vocabulary;
  float rope_base;
  float norm_epsilon;
  bool tied = false;               // the embedding table is the output matrix too
  bool biases = false;             // of query, key and value
  bool long_context_rope = false;  // Llama 3.1's frequency factors
  std::uint32_t experts = 0;       // 0: none
  std::uint32_t experts_used = 0;
  std::uint32_t sliding_window = 0;  // Gemma 2's, on every other layer
  float attention_soft_cap = 0.0f;   // 0: none
  float output_soft_cap = 0.0f;
};

/// By name; nullptr when there is none.
const ModelShape* find_shape(std::string_view name);
/// "tinyllama-1.1b, ..."
std::string shape_names();

}  // namespace quantize
