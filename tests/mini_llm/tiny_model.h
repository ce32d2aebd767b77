#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gguf/writer.h"

/// A model of a few thousand random weights, with a small SentencePiece vocabulary, to test everything that
/// needs a model and no particular one. Odd sizes on purpose: heads of 6, 3 query heads to a key head.
struct TinyModel {
  std::string architecture = "llama";  // or qwen2, qwen3, gemma2: their tensors and metadata
  std::uint32_t seed = 1;
  gguf::TensorType type = gguf::TensorType::kF32;
  std::map<std::string, gguf::TensorType> other_types;  // of matrices, by what their names end with
  std::uint32_t embedding = 36;
  std::uint32_t layers = 2;
  std::uint32_t heads = 6;
  std::uint32_t kv_heads = 2;
  std::uint32_t head_size = 0;  // 0: embedding / heads, and no word about it in the metadata
  std::uint32_t feed_forward = 40;
  std::uint32_t experts = 0;  // of llama; each of width feed_forward
  std::uint32_t experts_used = 0;
  bool split_experts = false;  // each in tensors of its own
  std::uint32_t window = 4;    // of gemma2
  std::uint32_t context = 64;
  float rope_base = 10000.0f;
  bool tied = false;
  bool rope_factors = false;

  /// Metadata keys and tensors to leave out, so that a test can put others in their place.
  std::set<std::string> without;

  /// A metadata key of the architecture: "llama.rest".
  std::string key(const std::string& rest) const { return architecture + "." + rest; }

  /// 3 control tokens, 256 bytes, and some pieces.
  std::uint32_t vocabulary() const { return static_cast<std::uint32_t>(tokens().size()); }

  /// Metadata and tensors; tests may add more.
  gguf::Writer writer() const;

  static std::vector<std::string> tokens();
};

/// Every architecture, and llama also with experts, which are called "mixtral" here. Heads of qwen3 and
/// gemma2 are wider than embedding / heads.
TinyModel tiny_model_like(const std::string& kind, std::uint32_t seed);
inline constexpr const char* kTinyModelKinds[] = {"llama", "mixtral", "qwen2", "qwen3", "gemma2"};

/// The same shape with sizes that are multiples of 32, for block-quantized types.
TinyModel tiny_quantized_model(gguf::TensorType type, std::uint32_t seed);
