#include "smallest_model.h"

#include <cstring>
#include <vector>

namespace {

constexpr std::uint32_t kVocabulary = 8;
constexpr std::uint32_t kEmbedding = 4;
constexpr std::uint32_t kHeads = 2;
constexpr std::uint32_t kKvHeads = 1;
constexpr std::uint32_t kFeedForward = 3;

class Builder {
 public:
  explicit Builder(const std::set<std::string>& without) : without_(without) {}

  template <typename Setter, typename Value>
  void set(Setter setter, const std::string& key, const Value& value) {
    if (!without_.contains(key)) (writer.*setter)(key, value);
  }

  /// Numbers that differ, from -1 to 1.
  void tensor(const std::string& name, std::vector<std::uint64_t> dimensions) {
    std::uint64_t count = 1;
    for (const std::uint64_t dimension : dimensions) count *= dimension;
    std::vector<std::byte> data(count * sizeof(float));
    for (std::uint64_t i = 0; i < count; ++i) {
      const float value = static_cast<float>(i * 37 % 19) / 9.0f - 1.0f;
      std::memcpy(&data[i * sizeof(float)], &value, sizeof(float));
    }
    if (!without_.contains(name))
      writer.add_tensor(name, gguf::TensorType::kF32, std::move(dimensions), std::move(data));
  }

  void configuration() {
    set(&gguf::Writer::set_string, "general.architecture", "llama");
    set(&gguf::Writer::set_uint32, "llama.context_length", 16u);
    set(&gguf::Writer::set_uint32, "llama.embedding_length", kEmbedding);
    set(&gguf::Writer::set_uint32, "llama.block_count", 1u);
    set(&gguf::Writer::set_uint32, "llama.feed_forward_length", kFeedForward);
    set(&gguf::Writer::set_uint32, "llama.attention.head_count", kHeads);
    set(&gguf::Writer::set_uint32, "llama.attention.head_count_kv", kKvHeads);
    set(&gguf::Writer::set_float, "llama.attention.layer_norm_rms_epsilon", 1e-5f);
  }

  void weights() {
    constexpr std::uint32_t kKvSize = kEmbedding / kHeads * kKvHeads;
    tensor("token_embd.weight", {kEmbedding, kVocabulary});
    tensor("blk.0.attn_norm.weight", {kEmbedding});
    tensor("blk.0.attn_q.weight", {kEmbedding, kEmbedding});
    tensor("blk.0.attn_k.weight", {kEmbedding, kKvSize});
    tensor("blk.0.attn_v.weight", {kEmbedding, kKvSize});
    tensor("blk.0.attn_output.weight", {kEmbedding, kEmbedding});
    tensor("blk.0.ffn_norm.weight", {kEmbedding});
    tensor("blk.0.ffn_gate.weight", {kEmbedding, kFeedForward});
    tensor("blk.0.ffn_up.weight", {kEmbedding, kFeedForward});
    tensor("blk.0.ffn_down.weight", {kFeedForward, kEmbedding});
    tensor("output_norm.weight", {kEmbedding});
  }

  gguf::Writer writer;

 private:
  const std::set<std::string>& without_;
};

}  // namespace

gguf::Writer smallest_model(const std::set<std::string>& without) {
  Builder build(without);
  build.configuration();
  build.set(&gguf::Writer::set_string, "tokenizer.ggml.model", "llama");
  build.set(&gguf::Writer::set_string_array, "tokenizer.ggml.tokens",
            std::vector<std::string>{"<unk>", "<s>", "</s>", "\u2581", "a", "b", "ab", "<0x0A>"});
  build.set(&gguf::Writer::set_float_array, "tokenizer.ggml.scores",
            std::vector<float>{0, 0, 0, -1, -2, -3, -4, 0});
  build.set(&gguf::Writer::set_int_array, "tokenizer.ggml.token_type",
            std::vector<std::int32_t>{2, 3, 3, 1, 1, 1, 1, 6});
  build.set(&gguf::Writer::set_uint32, "tokenizer.ggml.bos_token_id", 1u);
  build.set(&gguf::Writer::set_bool, "tokenizer.ggml.add_bos_token", true);
  build.weights();
  return build.writer;
}

gguf::Writer smallest_bpe_model(const std::set<std::string>& without) {
  Builder build(without);
  build.configuration();
  build.set(&gguf::Writer::set_string, "tokenizer.ggml.model", "gpt2");
  build.set(&gguf::Writer::set_string, "tokenizer.ggml.pre", "llama-bpe");
  build.set(&gguf::Writer::set_string_array, "tokenizer.ggml.tokens",
            std::vector<std::string>{"a", "b", "ab", "\u0120", "\u0120a", "<|begin|>", "<|end|>", "?"});
  build.set(&gguf::Writer::set_int_array, "tokenizer.ggml.token_type",
            std::vector<std::int32_t>{1, 1, 1, 1, 1, 3, 3, 4});
  build.set(&gguf::Writer::set_string_array, "tokenizer.ggml.merges",
            std::vector<std::string>{"a b", "\u0120 a"});
  build.set(&gguf::Writer::set_uint32, "tokenizer.ggml.bos_token_id", 5u);
  build.set(&gguf::Writer::set_uint32, "tokenizer.ggml.eos_token_id", 6u);
  build.set(&gguf::Writer::set_uint32, "tokenizer.ggml.unknown_token_id", 7u);
  build.weights();
  return build.writer;
}
