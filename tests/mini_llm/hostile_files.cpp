#include "hostile_files.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>

#include "raw_gguf.h"
#include "smallest_model.h"

using gguf::ValueType;
using gguf::Writer;

namespace {

constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint32_t kF32 = 0;

class Collection {
 public:
  std::vector<HostileFile> files;

  void raw(const std::string& name, const std::string& words, const RawGguf& file) {
    files.push_back({name, words, file.bytes});
  }

  /// The smallest model with another value for one key, or another tensor of that name.
  void model(const std::string& name, const std::string& words, const std::string& replaced,
             const std::function<void(Writer&)>& add) {
    Writer writer = smallest_model({replaced});
    add(writer);
    files.push_back({name, words, writer.to_bytes()});
  }

  void bpe(const std::string& name, const std::string& words, const std::string& replaced,
           const std::function<void(Writer&)>& add) {
    Writer writer = smallest_bpe_model({replaced});
    add(writer);
    files.push_back({name, words, writer.to_bytes()});
  }
};

RawGguf one_tensor(std::vector<std::uint64_t> dimensions, std::uint32_t type, std::uint64_t offset) {
  RawGguf raw;
  raw.header(1, 0).tensor("weights", static_cast<std::uint32_t>(dimensions.size()));
  for (const std::uint64_t dimension : dimensions) raw.put(dimension);
  raw.put(type).put(offset).align().zeros(64);
  return raw;
}

RawGguf two_tensors(std::string_view second_name, std::uint64_t second_offset) {
  RawGguf raw;
  raw.header(2, 0);
  raw.tensor("first", 1).put<std::uint64_t>(9).put(kF32).put<std::uint64_t>(0);
  raw.tensor(second_name, 1).put<std::uint64_t>(1).put(kF32).put(second_offset);
  return raw.align().zeros(128);
}

RawGguf alignment(std::uint32_t value) {
  return RawGguf().header(0, 1).key("general.alignment", ValueType::kUint32).put(value);
}

void add_structure(Collection& all) {
  all.raw("empty", "empty", RawGguf());
  all.raw("no_gguf", "not a GGUF file", RawGguf().text_bytes("PK\x03\x04 and more"));
  all.raw("big_endian", "big-endian", RawGguf().header(0, 0, 0x03000000));
  all.raw("metadata_count", "metadata entries, more than fit", RawGguf().header(0, kHuge / 13 + 1).zeros(40));
  all.raw("tensor_count", "tensors, more than fit", RawGguf().header(kHuge / 32 + 1, 0).zeros(40));
  all.raw("text_length", "text of 18446744073709551615 bytes",
          RawGguf().header(0, 1).key("k", ValueType::kString).put(kHuge).zeros(40));
  all.raw("key_length", "text of", RawGguf().header(0, 1).put(kHuge - 7).zeros(40));
  all.raw("array_length", "elements, more than fit",
          RawGguf()
              .header(0, 1)
              .key("a", ValueType::kArray)
              .put(static_cast<std::uint32_t>(ValueType::kUint64))
              .put(kHuge / 8 + 1)
              .zeros(40));
  all.raw("nested_arrays", "array of arrays",
          RawGguf()
              .header(0, 1)
              .key("a", ValueType::kArray)
              .put(static_cast<std::uint32_t>(ValueType::kArray))
              .put<std::uint64_t>(1)
              .zeros(40));
  all.raw("value_type", "unknown type 13",
          RawGguf().header(0, 1).string("k").put<std::uint32_t>(13).zeros(9));
  all.raw("truth_value", "true (1) or false (0)",
          RawGguf().header(0, 1).key("k", ValueType::kBool).put<std::uint8_t>(2));
  RawGguf twice;
  twice.header(0, 2);
  for (int i = 0; i < 2; ++i) twice.key("twice", ValueType::kUint8).put<std::uint8_t>(0);
  all.raw("key_twice", "'twice' is there twice", twice);
  all.raw("tensor_twice", "'first' is there twice", two_tensors("first", 64));
  all.raw("no_dimensions", "0 dimensions", one_tensor({}, kF32, 0));
  all.raw("five_dimensions", "5 dimensions", one_tensor({1, 1, 1, 1, 1}, kF32, 0));
  all.raw("dimension_of_zero", "dimension of zero", one_tensor({4, 0}, kF32, 0));
  all.raw("elements_wrap", "more elements than", one_tensor({6148914691236517206u, 3}, kF32, 0));
  all.raw("bytes_wrap", "more bytes than", one_tensor({std::uint64_t{1} << 62}, kF32, 0));
  all.raw("tensor_type", "type number 1000", one_tensor({1}, 1000, 0));
  all.raw("half_a_block", "blocks of 32", one_tensor({33}, 2, 0));
  all.raw("past_the_end", "from offset", one_tensor({17}, kF32, 0));
  all.raw("offset_wraps", "from offset", one_tensor({16}, kF32, kHuge - 31));
  all.raw("unaligned", "not a multiple", one_tensor({1}, kF32, 4));
  all.raw("overlap", "overlap", two_tensors("second", 32));
  for (const std::uint32_t value : {0u, 24u, 0x80000000u})
    all.raw("alignment_" + std::to_string(value), "'general.alignment'", alignment(value));
}

void add_configuration(Collection& all) {
  const auto number = [](const std::string& key, std::uint32_t value) {
    return [=](Writer& writer) { writer.set_uint32(key, value); };
  };
  const auto replace = [&](const std::string& name, const std::string& words, const std::string& key,
                           std::uint32_t value) { all.model(name, words, key, number(key, value)); };
  all.model("layers_as_text", "'llama.block_count'", "llama.block_count",
            [](Writer& writer) { writer.set_string("llama.block_count", "1"); });
  all.model("layers_negative", "'llama.block_count'", "llama.block_count",
            [](Writer& writer) { writer.set_int32("llama.block_count", -1); });
  all.model("no_architecture", "'general.architecture'", "general.architecture", [](Writer&) {});
  replace("no_layers", "'llama.block_count' is 0", "llama.block_count", 0);
  replace("more_layers", "'blk.1.attn_norm.weight' is missing", "llama.block_count", 2);
  replace("huge_layers", "'llama.block_count'", "llama.block_count", 0xFFFFFFFF);
  replace("no_heads", "head_count' is 0", "llama.attention.head_count", 0);
  replace("heads_do_not_divide", "does not divide", "llama.attention.head_count", 3);
  replace("no_kv_heads", "head_count_kv' is 0", "llama.attention.head_count_kv", 0);
  replace("kv_heads_do_not_divide", "does not divide", "llama.attention.head_count_kv", 3);
  replace("no_context", "'llama.context_length' is 0", "llama.context_length", 0);
  replace("odd_rope", "must be even", "llama.rope.dimension_count", 1);
  all.model(
      "norm_not_a_number", "layer_norm_rms_epsilon'", "llama.attention.layer_norm_rms_epsilon",
      [](Writer& writer) { writer.set_float("llama.attention.layer_norm_rms_epsilon", std::nanf("")); });
  all.model("missing_tensor", "'blk.0.attn_q.weight' is missing", "blk.0.attn_q.weight", [](Writer&) {});
  all.model("other_shape", "configuration says 4 x 4", "blk.0.attn_q.weight", [](Writer& writer) {
    writer.add_tensor("blk.0.attn_q.weight", gguf::TensorType::kF32, {4, 3}, std::vector<std::byte>(48));
  });
  all.model("other_vocabulary", "has 8 tokens", "token_embd.weight", [](Writer& writer) {
    writer.add_tensor("token_embd.weight", gguf::TensorType::kF32, {4, 7}, std::vector<std::byte>(112));
  });
}

void add_tokenizer(Collection& all) {
  const std::string tokens = "tokenizer.ggml.tokens";
  const std::string scores = "tokenizer.ggml.scores";
  const std::string types = "tokenizer.ggml.token_type";
  const std::string merges = "tokenizer.ggml.merges";
  const std::string bos = "tokenizer.ggml.bos_token_id";
  all.model("tokens_as_numbers", tokens, tokens,
            [&](Writer& writer) { writer.set_int_array(tokens, std::vector<std::int32_t>(8)); });
  all.model("no_tokens", "no tokens", tokens,
            [&](Writer& writer) { writer.set_string_array(tokens, std::vector<std::string>{}); });
  all.model("few_scores", "7 scores for 8 tokens", scores,
            [&](Writer& writer) { writer.set_float_array(scores, std::vector<float>(7)); });
  all.model("score_not_a_number", "score of token 0", scores,
            [&](Writer& writer) { writer.set_float_array(scores, std::vector<float>(8, std::nanf(""))); });
  all.model("many_types", "9 token types for 8 tokens", types,
            [&](Writer& writer) { writer.set_int_array(types, std::vector<std::int32_t>(9, 1)); });
  all.model("type_out_of_range", "has type 7", types,
            [&](Writer& writer) { writer.set_int_array(types, std::vector<std::int32_t>(8, 7)); });
  all.model("type_negative", "has type -1", types,
            [&](Writer& writer) { writer.set_int_array(types, std::vector<std::int32_t>(8, -1)); });
  all.model("byte_token", "byte token 0", types,
            [&](Writer& writer) { writer.set_int_array(types, std::vector<std::int32_t>(8, 6)); });
  all.model("bos_past_the_end", "has id 8", bos, [&](Writer& writer) { writer.set_uint32(bos, 8); });
  all.model("bos_negative", bos, bos, [&](Writer& writer) { writer.set_int32(bos, -1); });
  all.model("bos_of_64_bits", "4294967297", bos,
            [&](Writer& writer) { writer.set_uint64(bos, (std::uint64_t{1} << 32) + 1); });
  all.bpe("no_bos_to_add", "BOS", bos,
          [](Writer& writer) { writer.set_bool("tokenizer.ggml.add_bos_token", true); });
  for (const auto& [name, merge] : {std::pair{"merge_of_one", "a"},
                                    {"merge_unknown", "a c"},
                                    {"merge_of_three", "a b a"},
                                    {"merge_not_utf8", "a \xFF"}}) {
    all.bpe(name, "merge 0", merges, [&, text = std::string(merge)](Writer& writer) {
      writer.set_string_array(merges, std::vector<std::string>{text});
    });
  }
  all.bpe("pre_tokenizer", "'nonsense'", "tokenizer.ggml.pre",
          [](Writer& writer) { writer.set_string("tokenizer.ggml.pre", "nonsense"); });
}

}  // namespace

std::vector<HostileFile> hostile_files() {
  Collection all;
  add_structure(all);
  add_configuration(all);
  add_tokenizer(all);
  std::vector<std::byte> cut = smallest_model().to_bytes();
  cut.resize(cut.size() / 2);
  all.files.push_back({"cut_in_half", "The file", cut});
  return all.files;
}
