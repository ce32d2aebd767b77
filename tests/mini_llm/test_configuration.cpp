// Models whose metadata and tensors contradict each other, or ask for what is not computed.

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "backend/create.h"
#include "error_message.h"
#include "model/model.h"
#include "session/session.h"
#include "support/catch.h"
#include "temporary_folder.h"
#include "tiny_model.h"

using gguf::TensorType;
using gguf::Writer;

namespace {

/// model::load must refuse the file with a message that has `words` in it.
void require_refused(const Writer& writer, const std::string& words) {
  const TemporaryFolder folder;
  writer.write(folder.path("bad.gguf"));
  const gguf::File file = gguf::File::open(folder.path("bad.gguf"));
  try {
    model::load(file);
  } catch (const std::runtime_error& error) {
    INFO(error.what());
    CHECK(std::string(error.what()).find("bad.gguf: ") != std::string::npos);
    CHECK(std::string(error.what()).find(words) != std::string::npos);
    return;
  }
  FAIL("accepted; expected an error about: " << words);
}

/// The tiny model without one key or tensor.
Writer without(const std::string& name) {
  TinyModel tiny;
  tiny.without.insert(name);
  return tiny.writer();
}

Writer with_uint(const std::string& key, std::uint32_t value) {
  Writer writer = without(key);
  writer.set_uint32(key, value);
  return writer;
}

Writer with_float(const std::string& key, float value) {
  Writer writer = without(key);
  writer.set_float(key, value);
  return writer;
}

Writer with_tensor(const std::string& name, TensorType type, std::vector<std::uint64_t> dimensions) {
  Writer writer = without(name);
  std::uint64_t size = gguf::traits(type).block_bytes * dimensions[0] / gguf::traits(type).block_elements;
  for (std::size_t d = 1; d < dimensions.size(); ++d) size *= dimensions[d];
  writer.add_tensor(name, type, dimensions, std::vector<std::byte>(size));
  return writer;
}

}  // namespace

TEST_CASE("the tiny model itself is accepted") {
  const TemporaryFolder folder;
  TinyModel().writer().write(folder.path("good.gguf"));
  const gguf::File file = gguf::File::open(folder.path("good.gguf"));
  const model::Model model = model::load(file);
  CHECK(model.config.layers == 2);
  CHECK(model.config.heads == 6);
  CHECK(model.config.kv_heads == 2);
  CHECK(model.config.head_size == 6);
  CHECK(model.weights.output.data != model.weights.token_embedding.data);
}

TEST_CASE("another architecture is refused by name") {
  Writer writer = without("general.architecture");
  writer.set_string("general.architecture", "mamba");
  require_refused(writer, "'mamba'");
  require_refused(without("general.architecture"), "'general.architecture' is missing");
}

TEST_CASE("relatives of the architectures are refused by their own name") {
  for (const std::string relative : {"qwen2moe", "qwen3moe", "qwen2vl", "gemma", "gemma3", "llama4", ""}) {
    Writer writer = without("general.architecture");
    writer.set_string("general.architecture", relative);
    require_refused(writer, "its architecture is '" + relative +
                                "'; this version runs 'llama', 'qwen2', 'qwen3', 'gemma2'");
  }
}

TEST_CASE("what would change the result and is not computed is refused by name, in every architecture") {
  for (const char* kind : kTinyModelKinds) {
    const TinyModel tiny = tiny_model_like(kind, 1);
    Writer yarn = tiny.writer();
    yarn.set_string(tiny.key("rope.scaling.type"), "yarn");
    yarn.set_float(tiny.key("rope.scaling.factor"), 4.0f);
    require_refused(yarn, "('" + tiny.key("rope.scaling.type") + "') is 'yarn'");
    Writer embedder = tiny.writer();
    embedder.set_bool(tiny.key("attention.causal"), false);
    require_refused(embedder, "'" + tiny.key("attention.causal") + "' is false");
  }
}

TEST_CASE("experts of other architectures than llama are refused") {
  for (const char* kind : {"qwen2", "qwen3", "gemma2"}) {
    const TinyModel tiny = tiny_model_like(kind, 1);
    Writer writer = tiny.writer();
    writer.set_uint32(tiny.key("expert_count"), 8);
    require_refused(writer, "mixture of 8 experts");
  }
}

TEST_CASE("experts whose counts make no sense are refused") {
  const auto with = [](const std::string& key, std::uint32_t value) {
    TinyModel mixtral = tiny_model_like("mixtral", 1);
    mixtral.without.insert(key);
    Writer writer = mixtral.writer();
    writer.set_uint32(key, value);
    return writer;
  };
  require_refused(with("llama.expert_used_count", 0),
                  "'llama.expert_used_count' is 0; it must be from 1 to 5");
  require_refused(with("llama.expert_used_count", 6),
                  "'llama.expert_used_count' is 6; it must be from 1 to 5");
  require_refused(with("llama.expert_count", 0xFFFFFFFF), "'llama.expert_count' is 4294967295");
  require_refused(with("llama.expert_count", 4), "'blk.0.ffn_gate_inp.weight' is 36 x 5");
  require_refused(with("llama.expert_count", 0), "'blk.0.ffn_gate.weight' is missing");
  TinyModel mixtral = tiny_model_like("mixtral", 1);
  mixtral.without.insert("llama.expert_used_count");
  require_refused(mixtral.writer(), "'llama.expert_used_count' is missing");
  require_refused(with_uint("llama.expert_count", 8), "'llama.expert_used_count' is missing");
}

TEST_CASE("experts of another shape, or some of them missing, are refused") {
  const auto with = [](const std::string& name, std::vector<std::uint64_t> dimensions) {
    TinyModel mixtral = tiny_model_like("mixtral", 1);
    mixtral.without.insert("blk.1.ffn_gate_exps.weight");
    mixtral.without.insert(name);
    Writer writer = mixtral.writer();
    std::uint64_t size = sizeof(float);
    for (const std::uint64_t dimension : dimensions) size *= dimension;
    writer.add_tensor(name, TensorType::kF32, dimensions, std::vector<std::byte>(size));
    return writer;
  };
  const std::string wanted = ", but the configuration says 36 x 40 x 5";
  require_refused(with("blk.1.ffn_gate_exps.weight", {36, 40, 4}), "is 36 x 40 x 4" + wanted);
  require_refused(with("blk.1.ffn_gate_exps.weight", {36, 200}), "is 36 x 200" + wanted);
  require_refused(with("blk.1.ffn_gate_exps.weight", {36, 40, 5, 2}), "is 36 x 40 x 5 x 2" + wanted);
  require_refused(with("blk.1.ffn_gate_inp.weight", {36}), "is 36, but the configuration says 36 x 5");
  require_refused(with("blk.1.ffn_gate.0.weight", {36, 40}), "'blk.1.ffn_gate.1.weight' is missing");
  require_refused(with("blk.1.attn_norm.weight", {36}), "'blk.1.ffn_gate_exps.weight' is missing");

  TinyModel split = tiny_model_like("mixtral", 1);
  split.split_experts = true;
  split.without.insert("blk.1.ffn_down.4.weight");
  require_refused(split.writer(), "'blk.1.ffn_down.4.weight' is missing");
  split.without.clear();
  Writer more = split.writer();
  more.add_tensor("blk.1.ffn_down.5.weight", TensorType::kF32, {40, 36}, std::vector<std::byte>(4 * 40 * 36));
  require_refused(more, "'blk.1.ffn_down.5.weight' is not part of the architecture");
}

TEST_CASE("every tensor that an architecture adds must be there, in its shape") {
  const auto check = [](const char* kind, const std::string& name, std::uint64_t size) {
    TinyModel tiny = tiny_model_like(kind, 1);
    tiny.without.insert(name);
    require_refused(tiny.writer(), "'" + name + "' is missing");
    Writer longer = tiny.writer();
    longer.add_tensor(name, TensorType::kF32, {size + 1}, std::vector<std::byte>((size + 1) * 4));
    require_refused(longer, fmt::format("'{}' is {}, but the configuration says {}", name, size + 1, size));
    Writer half = tiny.writer();
    half.add_tensor(name, TensorType::kF16, {size}, std::vector<std::byte>(size * 2));
    require_refused(half, "stored as F16");
  };
  check("qwen2", "blk.0.attn_q.bias", 36);
  check("qwen2", "blk.1.attn_k.bias", 12);
  check("qwen2", "blk.1.attn_v.bias", 12);
  check("qwen3", "blk.0.attn_q_norm.weight", 10);
  check("qwen3", "blk.1.attn_k_norm.weight", 10);
  check("gemma2", "blk.0.post_attention_norm.weight", 36);
  check("gemma2", "blk.2.post_ffw_norm.weight", 36);
}

TEST_CASE("tensors of one architecture in another are refused, not ignored") {
  for (const char* kind : {"llama", "mixtral", "qwen3", "gemma2"}) {
    Writer writer = tiny_model_like(kind, 1).writer();
    writer.add_tensor("blk.0.attn_q.bias", TensorType::kF32, {36}, std::vector<std::byte>(36 * 4));
    require_refused(writer, "'blk.0.attn_q.bias' is not part of the architecture");
  }
  for (const char* kind : {"llama", "qwen2", "gemma2"}) {
    Writer writer = tiny_model_like(kind, 1).writer();
    writer.add_tensor("blk.0.attn_q_norm.weight", TensorType::kF32, {6}, std::vector<std::byte>(6 * 4));
    require_refused(writer, "'blk.0.attn_q_norm.weight' is not part of the architecture");
  }
}

TEST_CASE("caps and windows of gemma2 that make no sense are refused") {
  const auto tiny_without = [](const std::string& key) {
    TinyModel tiny = tiny_model_like("gemma2", 1);
    tiny.without.insert(key);
    return tiny.writer();
  };
  for (const std::string key : {"gemma2.attn_logit_softcapping", "gemma2.final_logit_softcapping"}) {
    for (const float value : {0.0f, -1.0f, std::nanf(""), std::numeric_limits<float>::infinity()}) {
      Writer writer = tiny_without(key);
      writer.set_float(key, value);
      require_refused(writer, "'" + key + "'");
    }
    Writer text = tiny_without(key);
    text.set_string(key, "50");
    require_refused(text, "'" + key + "' should be");
  }
  const std::string window = "gemma2.attention.sliding_window";
  Writer none = tiny_without(window);
  none.set_uint32(window, 0);
  require_refused(none, "'" + window + "' is 0");
  Writer huge = tiny_without(window);
  huge.set_uint64(window, std::numeric_limits<std::uint64_t>::max());
  require_refused(huge, "'" + window + "' is 18446744073709551615");
}

TEST_CASE("head sizes that make no sense are refused") {
  for (const char* kind : {"qwen3", "gemma2"}) {
    const auto with = [kind](const std::string& rest, std::uint32_t value) {
      TinyModel tiny = tiny_model_like(kind, 1);
      tiny.without.insert(tiny.key(rest));
      Writer writer = tiny.writer();
      writer.set_uint32(tiny.key(rest), value);
      return writer;
    };
    require_refused(with("attention.key_length", 0), "attention.key_length' is 0");
    require_refused(with("attention.key_length", 0xFFFFFFFF), "attention.key_length' is 4294967295");
    require_refused(with("attention.key_length", 12), "its keys have 12 numbers and its values 10");
    require_refused(with("rope.dimension_count", 12), "at most the head size, 10");
  }
}

TEST_CASE("sizes of zero and huge sizes are refused") {
  for (const std::string key : {"block_count", "embedding_length", "feed_forward_length",
                                "attention.head_count", "attention.head_count_kv", "context_length"}) {
    require_refused(with_uint("llama." + key, 0), "'llama." + key + "' is 0");
    require_refused(with_uint("llama." + key, 0xFFFFFFFF), "llama." + key);
  }
}

TEST_CASE("sizes of the wrong type are refused with their key") {
  for (const std::string key : {"llama.block_count", "llama.attention.head_count", "llama.context_length"}) {
    Writer text = without(key);
    text.set_string(key, "2");
    require_refused(text, "'" + key + "' should be an integer");
    Writer negative = without(key);
    negative.set_int32(key, -2);
    require_refused(negative, "'" + key + "'");
    require_refused(without(key), "'" + key + "' is missing");
  }
}

TEST_CASE("head counts that do not divide are refused") {
  require_refused(with_uint("llama.attention.head_count", 10),
                  "'llama.attention.head_count', 10, does not divide");
  require_refused(with_uint("llama.attention.head_count_kv", 4), "does not divide");
  require_refused(with_uint("llama.attention.head_count_kv", 12), "does not divide");
}

TEST_CASE("rope dimensions that are odd or more than a head has are refused") {
  require_refused(with_uint("llama.rope.dimension_count", 5), "must be even");
  require_refused(with_uint("llama.rope.dimension_count", 8), "at most the head size, 6");
}

TEST_CASE("constants that are not positive numbers are refused") {
  for (const float value : {0.0f, -1.0f, std::nanf(""), std::numeric_limits<float>::infinity()}) {
    require_refused(with_float("llama.rope.freq_base", value), "'llama.rope.freq_base'");
    require_refused(with_float("llama.attention.layer_norm_rms_epsilon", value), "layer_norm_rms_epsilon'");
  }
}

TEST_CASE("rope factors that are not positive are refused") {
  TinyModel tiny;
  tiny.rope_factors = true;
  tiny.without.insert("rope_freqs.weight");
  Writer writer = tiny.writer();
  writer.add_tensor("rope_freqs.weight", TensorType::kF32, {3}, std::vector<std::byte>(12));
  require_refused(writer, "rope_freqs.weight");
}

TEST_CASE("a missing tensor is named") {
  for (const std::string name :
       {"token_embd.weight", "blk.0.attn_q.weight", "blk.1.ffn_down.weight", "output_norm.weight"}) {
    require_refused(without(name), "'" + name + "' is missing");
  }
  require_refused(with_uint("llama.block_count", 3), "'blk.2.attn_norm.weight' is missing");
}

TEST_CASE("a tensor of another shape than the configuration says is refused") {
  require_refused(with_tensor("blk.0.attn_q.weight", TensorType::kF32, {36, 35}), "is 36 x 35");
  require_refused(with_tensor("blk.0.attn_k.weight", TensorType::kF32, {36, 36}),
                  "configuration says 36 x 12");
  require_refused(with_tensor("blk.1.ffn_up.weight", TensorType::kF32, {36, 40, 2}), "is 36 x 40 x 2");
  require_refused(with_tensor("output_norm.weight", TensorType::kF32, {1}), "'output_norm.weight'");
  require_refused(with_tensor("output.weight", TensorType::kF32, {36, 287}), "'output.weight'");
  require_refused(with_uint("llama.vocab_size", 1000), "'llama.vocab_size' is 1000");
}

TEST_CASE("a tensor type that is not computed is refused by name") {
  require_refused(with_tensor("output.weight", TensorType::kF64, {36, 288}), "stored as F64");
  require_refused(with_tensor("blk.0.attn_norm.weight", TensorType::kF16, {36}), "stored as F16");
}

TEST_CASE("a tensor that would be ignored is refused") {
  Writer writer = TinyModel().writer();
  writer.add_tensor("blk.0.attn_q.bias", TensorType::kF32, {36}, std::vector<std::byte>(36 * 4));
  require_refused(writer, "'blk.0.attn_q.bias'");
}

TEST_CASE("a context larger than memory is refused before anything is allocated") {
  const TemporaryFolder folder;
  TinyModel().writer().write(folder.path("good.gguf"));
  const gguf::File file = gguf::File::open(folder.path("good.gguf"));
  const model::Model model = model::load(file);
  for (const std::size_t context : {std::size_t{1} << 45, std::numeric_limits<std::size_t>::max()}) {
    const backend::Request request = {"auto", context, 1, 1};
    CHECK(
        contains(error_message([&] { backend::create(model.config, request); }), "smaller context with -c"));
  }
}

TEST_CASE("backends that do not exist yet are refused by name") {
  const model::Config config;
  CHECK(contains(error_message([&] { backend::create(config, {"cuda", 1, 1, 1}); }), "'cuda'"));
  CHECK(contains(error_message([&] { backend::create(config, {"gpu", 1, 1, 1}); }), "'gpu'"));
}

TEST_CASE("keys and values as 8 bits are refused where heads do not divide into blocks") {
  model::Config config;
  config.head_size = 80;
  const auto create = [&](std::string_view kv_type) {
    return error_message([&] { backend::create(config, {"cpu", 1, 1, 1, kv_type}); });
  };
  CHECK(contains(create("q8_0"), "80"));
  CHECK(contains(create("q8_0"), "--kv-type f16"));
  CHECK(contains(create("q4_0"), "'q4_0'"));
}

TEST_CASE("a session refuses tokens outside the vocabulary, too many tokens, and none") {
  const TemporaryFolder folder;
  TinyModel().writer().write(folder.path("good.gguf"));
  const gguf::File file = gguf::File::open(folder.path("good.gguf"));
  const model::Model model = model::load(file);
  const auto backend = backend::create(model.config, {"auto", 4, 2, 1});
  session::Session session(model, *backend);
  CHECK(contains(error_message([&] { session.append(std::vector<session::Token>{}); }), "no tokens"));
  CHECK(contains(error_message([&] { session.append(std::vector<session::Token>{1, 288}); }), "token 288"));
  CHECK(contains(error_message([&] { session.append(std::vector<session::Token>{-1}); }), "token -1"));
  CHECK(contains(error_message([&] { session.append(std::vector<session::Token>(5, 1)); }),
                 "5 tokens do not fit"));
  CHECK(session.position() == 0);
  CHECK(session.append(std::vector<session::Token>(3, 1)).size() == 288);
  CHECK(session.room() == 1);
  CHECK(contains(error_message([&] { session.append(std::vector<session::Token>(2, 1)); }),
                 "the 1 places left"));
}
