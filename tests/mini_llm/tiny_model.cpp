#include "tiny_model.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <random>

#include "kernels/float16.h"
#include "kernels/quantize.h"
#include "model/weight_type.h"

namespace {

std::vector<std::byte> random_tensor(gguf::TensorType type, std::uint64_t elements, float magnitude,
                                     std::mt19937& random) {
  std::vector<std::byte> data;
  const auto append = [&](const auto& value) {
    const auto* raw = reinterpret_cast<const std::byte*>(&value);
    data.insert(data.end(), raw, raw + sizeof(value));
  };
  std::normal_distribution<float> normal(0.0f, magnitude);
  std::uniform_int_distribution<int> byte(0, 255);
  const gguf::TensorTypeTraits& layout = gguf::traits(type);
  if (layout.block_elements == 256) {  // several scales: not every block of random bytes makes numbers
    std::vector<float> values(elements);
    for (float& value : values) value = normal(random);
    data.resize(elements / layout.block_elements * layout.block_bytes);
    kernels::reference::quantize(model::weight_type(type).value(), values, data.data());
    return data;
  }
  for (std::uint64_t block = 0; block < elements / layout.block_elements; ++block) {
    switch (type) {
      case gguf::TensorType::kF32:
        append(normal(random));
        break;
      case gguf::TensorType::kF16:
        append(kernels::float_to_half(normal(random)));
        break;
      case gguf::TensorType::kBF16:
        append(kernels::float_to_bfloat16(normal(random)));
        break;
      default:
        // Random numbers are valid blocks of any such type; the scale makes them of the wanted magnitude.
        append(kernels::float_to_half(magnitude / (type == gguf::TensorType::kQ8_0 ? 74.0f : 4.6f)));
        for (std::uint32_t i = 2; i < layout.block_bytes; ++i)
          append(static_cast<std::uint8_t>(byte(random)));
    }
  }
  return data;
}

}  // namespace

std::vector<std::string> TinyModel::tokens() {
  std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
  for (int i = 0; i < 256; ++i) tokens.push_back(fmt::format("<0x{:02X}>", i));
  for (const char* piece :
       {"\u2581", "a",  "b",   "c",     "d",           "e",       "h",  "l",  "o",    "r",          "w",
        "he",     "ll", "llo", "hello", "\u2581hello", "\u2581w", "or", "ld", "orld", "\u2581world"}) {
    tokens.emplace_back(piece);
  }
  while (tokens.size() % 32 != 0) tokens.push_back(fmt::format("piece{}", tokens.size()));
  return tokens;
}

gguf::Writer TinyModel::writer() const {
  std::mt19937 random(seed);
  gguf::Writer writer;
  const std::uint32_t head = head_size > 0 ? head_size : embedding / heads;
  const auto set = [&](auto setter, const std::string& key, const auto& value) {
    if (!without.contains(key)) (writer.*setter)(key, value);
  };
  set(&gguf::Writer::set_string, "general.architecture", architecture);
  set(&gguf::Writer::set_string, "general.name", "tiny");
  set(&gguf::Writer::set_uint32, key("context_length"), context);
  set(&gguf::Writer::set_uint32, key("embedding_length"), embedding);
  set(&gguf::Writer::set_uint32, key("block_count"), layers);
  set(&gguf::Writer::set_uint32, key("feed_forward_length"), feed_forward);
  set(&gguf::Writer::set_uint32, key("attention.head_count"), heads);
  set(&gguf::Writer::set_uint32, key("attention.head_count_kv"), kv_heads);
  set(&gguf::Writer::set_float, key("attention.layer_norm_rms_epsilon"), 1e-5f);
  set(&gguf::Writer::set_uint32, key("rope.dimension_count"), head);
  set(&gguf::Writer::set_float, key("rope.freq_base"), rope_base);

  if (head_size > 0) {
    set(&gguf::Writer::set_uint32, key("attention.key_length"), head_size);
    set(&gguf::Writer::set_uint32, key("attention.value_length"), head_size);
  }
  if (experts > 0) {
    set(&gguf::Writer::set_uint32, key("expert_count"), experts);
    set(&gguf::Writer::set_uint32, key("expert_used_count"), experts_used);
  }
  if (architecture == "gemma2") {
    // Small enough that they change the result.
    set(&gguf::Writer::set_float, key("attn_logit_softcapping"), 2.0f);
    set(&gguf::Writer::set_float, key("final_logit_softcapping"), 3.0f);
    set(&gguf::Writer::set_uint32, key("attention.sliding_window"), window);
  }

  const std::vector<std::string> names = tokens();
  std::vector<float> scores;
  std::vector<std::int32_t> types;
  for (std::size_t i = 0; i < names.size(); ++i) {
    scores.push_back(i < 259 ? 0.0f : -static_cast<float>(i));
    types.push_back(i == 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1);  // unknown, control, byte, normal
  }
  set(&gguf::Writer::set_string, "tokenizer.ggml.model", "llama");
  set(&gguf::Writer::set_string_array, "tokenizer.ggml.tokens", names);
  set(&gguf::Writer::set_float_array, "tokenizer.ggml.scores", scores);
  set(&gguf::Writer::set_int_array, "tokenizer.ggml.token_type", types);
  set(&gguf::Writer::set_uint32, "tokenizer.ggml.bos_token_id", 1);
  set(&gguf::Writer::set_uint32, "tokenizer.ggml.eos_token_id", 2);
  set(&gguf::Writer::set_uint32, "tokenizer.ggml.unknown_token_id", 0);
  set(&gguf::Writer::set_bool, "tokenizer.ggml.add_bos_token", true);
  set(&gguf::Writer::set_bool, "tokenizer.ggml.add_eos_token", false);

  const auto matrices = [&](const std::string& name, std::vector<std::uint64_t> dimensions) {
    const float magnitude = 1.0f / std::sqrt(static_cast<float>(dimensions[0]));
    std::uint64_t elements = 1;
    for (const std::uint64_t dimension : dimensions) elements *= dimension;
    gguf::TensorType its_type = type;
    for (const auto& [ending, other] : other_types) {
      if (name.ends_with(ending)) its_type = other;
    }
    const std::vector<std::byte> data = random_tensor(its_type, elements, magnitude, random);
    if (!without.contains(name)) writer.add_tensor(name, its_type, std::move(dimensions), data);
  };
  const auto matrix = [&](const std::string& name, std::uint64_t rows, std::uint64_t cols) {
    matrices(name, {cols, rows});
  };
  const auto vector = [&](const std::string& name, std::uint64_t size, float low = 0.5f, float high = 1.5f) {
    std::uniform_real_distribution<float> range(low, high);
    std::vector<std::byte> data(size * sizeof(float));
    for (std::uint64_t i = 0; i < size; ++i) {
      const float value = range(random);
      std::memcpy(&data[i * sizeof(float)], &value, sizeof(float));
    }
    if (!without.contains(name)) writer.add_tensor(name, gguf::TensorType::kF32, {size}, std::move(data));
  };

  const std::uint64_t query_size = std::uint64_t{heads} * head;
  const std::uint64_t kv_size = std::uint64_t{kv_heads} * head;
  matrix("token_embd.weight", vocabulary(), embedding);
  if (rope_factors) vector("rope_freqs.weight", head / 2);
  for (std::uint32_t i = 0; i < layers; ++i) {
    const std::string block = fmt::format("blk.{}.", i);
    vector(block + "attn_norm.weight", embedding);
    matrix(block + "attn_q.weight", query_size, embedding);
    matrix(block + "attn_k.weight", kv_size, embedding);
    matrix(block + "attn_v.weight", kv_size, embedding);
    if (architecture == "qwen2") {
      vector(block + "attn_q.bias", query_size, -1.0f, 1.0f);
      vector(block + "attn_k.bias", kv_size, -1.0f, 1.0f);
      vector(block + "attn_v.bias", kv_size, -1.0f, 1.0f);
    }
    if (architecture == "qwen3") {
      vector(block + "attn_q_norm.weight", head);
      vector(block + "attn_k_norm.weight", head);
    }
    matrix(block + "attn_output.weight", embedding, query_size);
    if (architecture == "gemma2") vector(block + "post_attention_norm.weight", embedding);
    vector(block + "ffn_norm.weight", embedding);
    if (experts > 0) {
      matrix(block + "ffn_gate_inp.weight", experts, embedding);
    }
    if (experts > 0 && split_experts) {
      for (std::uint32_t expert = 0; expert < experts; ++expert) {
        matrix(fmt::format("{}ffn_gate.{}.weight", block, expert), feed_forward, embedding);
        matrix(fmt::format("{}ffn_up.{}.weight", block, expert), feed_forward, embedding);
        matrix(fmt::format("{}ffn_down.{}.weight", block, expert), embedding, feed_forward);
      }
    } else if (experts > 0) {
      matrices(block + "ffn_gate_exps.weight", {embedding, feed_forward, experts});
      matrices(block + "ffn_up_exps.weight", {embedding, feed_forward, experts});
      matrices(block + "ffn_down_exps.weight", {feed_forward, embedding, experts});
    } else {
      matrix(block + "ffn_gate.weight", feed_forward, embedding);
      matrix(block + "ffn_up.weight", feed_forward, embedding);
      matrix(block + "ffn_down.weight", embedding, feed_forward);
    }
    if (architecture == "gemma2") vector(block + "post_ffw_norm.weight", embedding);
  }
  vector("output_norm.weight", embedding);
  if (!tied) matrix("output.weight", vocabulary(), embedding);
  return writer;
}

TinyModel tiny_quantized_model(gguf::TensorType type, std::uint32_t seed) {
  TinyModel tiny;
  tiny.seed = seed;
  tiny.type = type;
  tiny.embedding = 96;
  tiny.heads = 6;
  tiny.kv_heads = 2;
  tiny.feed_forward = 160;
  return tiny;
}

TinyModel tiny_model_like(const std::string& kind, std::uint32_t seed) {
  TinyModel tiny;
  tiny.seed = seed;
  tiny.architecture = kind == "mixtral" ? "llama" : kind;
  if (kind == "mixtral") {
    tiny.experts = 5;
    tiny.experts_used = 2;
  }
  if (kind == "qwen3" || kind == "gemma2") tiny.head_size = 10;
  if (kind == "gemma2") {
    tiny.layers = 3;
    tiny.tied = true;
  }
  return tiny;
}
