#include "model/config.h"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "bytes/printable.h"
#include "model/architecture.h"
#include "model/metadata_keys.h"

namespace model {
namespace {

const ArchitectureParts& read_architecture(const gguf::File& file) {
  const std::string_view architecture = file.get_string("general.architecture");
  std::string names;
  for (const ArchitectureParts* candidate : architectures()) {
    if (candidate->name == architecture) return *candidate;
    names += fmt::format("{}'{}'", names.empty() ? "" : ", ", candidate->name);
  }
  fail_unsupported(
      file, fmt::format("its architecture is '{}'; this version runs {}. Choose a model of one of these.",
                        bytes::printable(architecture, 60), names));
}

/// Refuses what would change the result and is not computed.
void refuse_unsupported_features(const gguf::File& file, const MetadataKeys& keys) {
  const std::string_view scaling = file.find_string(keys.key("rope.scaling.type")).value_or("none");
  if (scaling != "none" && scaling != "linear") {
    fail_unsupported(
        file,
        fmt::format("its rope scaling ('{}') is '{}'; this version knows 'none' and 'linear'. Choose a model "
                    "without it.",
                    keys.key("rope.scaling.type"), bytes::printable(scaling, 60)));
  }
  if (!file.find_bool(keys.key("attention.causal")).value_or(true)) {
    fail_unsupported(
        file, fmt::format("its tokens also see those behind them ('{}' is false): it makes embeddings, not "
                          "text. Choose a model that generates text.",
                          keys.key("attention.causal")));
  }
}

/// After the architecture has read those that it computes.
void refuse_other_experts(const gguf::File& file, const MetadataKeys& keys, const Config& config) {
  const std::uint64_t experts = file.find_uint(keys.key("expert_count")).value_or(0);
  if (experts == config.experts) return;
  fail_unsupported(
      file, fmt::format("it is a mixture of {} experts ('{}'), which this version does not run for '{}'. "
                        "Choose a model without experts.",
                        experts, keys.key("expert_count"), name(config.architecture)));
}

double read_rope_scale(const gguf::File& file, const MetadataKeys& keys) {
  if (file.find_string(keys.key("rope.scaling.type")) == "linear")
    return 1.0 / keys.positive("rope.scaling.factor");
  return 1.0 / keys.positive_or("rope.scale_linear", 1.0);  // the key's name before 2024
}

std::size_t read_head_size(const gguf::File& file, const MetadataKeys& keys, const Config& config) {
  if (!file.has(keys.key("attention.key_length"))) {
    if (config.embedding % config.heads != 0) {
      fail(file,
           fmt::format("'{}' is {}, which '{}', {}, does not divide. The file is damaged or was converted "
                       "wrongly.",
                       keys.key("embedding_length"), config.embedding, keys.key("attention.head_count"),
                       config.heads));
    }
    return config.embedding / config.heads;
  }
  const std::size_t key_length = keys.size("attention.key_length", kMaxSize);
  const std::size_t value_length = keys.size_or("attention.value_length", key_length, kMaxSize);
  if (key_length != value_length) {
    fail_unsupported(
        file,
        fmt::format("its keys have {} numbers and its values {} ('{}', '{}'); this version runs models where "
                    "they are equal.",
                    key_length, value_length, keys.key("attention.key_length"),
                    keys.key("attention.value_length")));
  }
  return key_length;
}

/// The rows of the embedding table: metadata may not say how many tokens there are, the tensor always does.
std::size_t read_vocabulary(const gguf::File& file, const MetadataKeys& keys) {
  const gguf::TensorInfo* table = file.find_tensor("token_embd.weight");
  if (file.tensors().empty()) {
    fail_unsupported(file,
                     "it holds no weights, only a vocabulary. To generate text, choose a complete model.");
  }
  if (table == nullptr) {
    fail(file,
         "the tensor 'token_embd.weight' is missing: the file does not hold all of the weights. "
         "Download the complete model.");
  }
  const std::uint64_t rows = table->dimensions[1];
  const std::uint64_t announced = file.find_uint(keys.key("vocab_size")).value_or(rows);
  if (announced != rows) {
    fail(file, fmt::format(
                   "'{}' is {}, but the embedding table 'token_embd.weight' has {} rows. The file is damaged "
                   "or was converted wrongly.",
                   keys.key("vocab_size"), announced, rows));
  }
  if (rows > kMaxSize) {
    fail(file,
         fmt::format(
             "its vocabulary of {} tokens is larger than {}, which no model needs. The file is damaged.",
             rows, kMaxSize));
  }
  return static_cast<std::size_t>(rows);
}

}  // namespace

Token checked_token(const Config& config, std::int64_t id) {
  if (id < 0 || static_cast<std::uint64_t>(id) >= config.vocabulary) {
    throw Error(fmt::format("token {} is not in the vocabulary; the model has the tokens 0 to {}.", id,
                            config.vocabulary - 1));
  }
  return static_cast<Token>(id);
}

void fail(const gguf::File& file, std::string_view what) {
  throw Error(fmt::format("{}: {}", bytes::printable(file.path().string(), 1000), what));
}

void fail_unsupported(const gguf::File& file, std::string_view what) {
  throw Unsupported(fmt::format("{}: {}", bytes::printable(file.path().string(), 1000), what));
}

Config read_config(const gguf::File& file) {
  Config config;
  const ArchitectureParts& architecture = read_architecture(file);
  config.architecture = architecture.id;
  const MetadataKeys keys(file, architecture.name);
  refuse_unsupported_features(file, keys);

  config.vocabulary = read_vocabulary(file, keys);
  config.context_length = keys.size("context_length", kMaxContext);
  config.embedding = keys.size("embedding_length", kMaxSize);
  config.layers = keys.size("block_count", kMaxLayers);
  config.feed_forward = keys.size("feed_forward_length", kMaxSize);
  config.heads = keys.size("attention.head_count", kMaxHeads);
  config.kv_heads = keys.size_or("attention.head_count_kv", config.heads, kMaxHeads);
  if (config.heads % config.kv_heads != 0) {
    fail(file,
         fmt::format(
             "'{}' is {}, which does not divide '{}', {}. The file is damaged or was converted wrongly.",
             keys.key("attention.head_count_kv"), config.kv_heads, keys.key("attention.head_count"),
             config.heads));
  }
  config.head_size = read_head_size(file, keys, config);

  config.attention_scale = 1.0 / std::sqrt(static_cast<double>(config.head_size));
  config.norm_epsilon = static_cast<float>(keys.positive("attention.layer_norm_rms_epsilon"));
  config.rope_dimensions = keys.size_or("rope.dimension_count", config.head_size, kMaxSize);
  if (config.rope_dimensions > config.head_size || config.rope_dimensions % 2 != 0) {
    fail(file,
         fmt::format("'{}' is {}; it must be even and at most the head size, {}. The file is damaged or was "
                     "converted wrongly.",
                     keys.key("rope.dimension_count"), config.rope_dimensions, config.head_size));
  }
  config.rope_base = keys.positive_or("rope.freq_base", 10000.0);
  config.rope_scale = read_rope_scale(file, keys);
  if (architecture.read_config != nullptr) architecture.read_config(keys, config);
  refuse_other_experts(file, keys, config);
  return config;
}

}  // namespace model
