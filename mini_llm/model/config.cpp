#include "model/config.h"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "bytes/printable.h"

namespace model {
namespace {

/// Larger than in any model known, and so small that no product of sizes overflows 64 bits.
constexpr std::uint64_t kMaxLayers = 1 << 16;
constexpr std::uint64_t kMaxHeads = 1 << 16;
constexpr std::uint64_t kMaxSize = 1 << 24;
constexpr std::uint64_t kMaxContext = std::uint64_t{1} << 31;

/// Metadata keys of one architecture: "llama." and the rest.
class Keys {
 public:
  Keys(const gguf::File& file, std::string_view architecture) : file_(file), prefix_(architecture) {}

  std::string key(std::string_view rest) const { return fmt::format("{}.{}", prefix_, rest); }

  std::size_t size(std::string_view rest, std::uint64_t limit) const {
    return checked(rest, file_.get_uint(key(rest)), limit);
  }
  std::size_t size_or(std::string_view rest, std::uint64_t otherwise, std::uint64_t limit) const {
    return checked(rest, file_.find_uint(key(rest)).value_or(otherwise), limit);
  }

  double positive_or(std::string_view rest, double otherwise) const {
    return checked_positive(rest, file_.find_float(key(rest)).value_or(otherwise));
  }
  double positive(std::string_view rest) const { return checked_positive(rest, file_.get_float(key(rest))); }

 private:
  std::size_t checked(std::string_view rest, std::uint64_t value, std::uint64_t limit) const {
    if (value < 1 || value > limit) {
      fail(file_,
           fmt::format("'{}' is {}; it must be from 1 to {}. The file is damaged or was converted wrongly.",
                       key(rest), value, limit));
    }
    return static_cast<std::size_t>(value);
  }

  double checked_positive(std::string_view rest, double value) const {
    if (!(value > 0.0) || !std::isfinite(value)) {
      fail(file_,
           fmt::format("'{}' is {}; it must be a positive number. The file is damaged or was converted "
                       "wrongly.",
                       key(rest), value));
    }
    return value;
  }

  const gguf::File& file_;
  std::string_view prefix_;
};

Architecture read_architecture(const gguf::File& file) {
  const std::string_view architecture = file.get_string("general.architecture");
  if (architecture == name(Architecture::kLlama)) return Architecture::kLlama;
  fail_unsupported(
      file, fmt::format("its architecture is '{}'; this version runs 'llama' only. Choose a model of that "
                        "architecture.",
                        bytes::printable(architecture, 60)));
}

/// Refuses what would change the result and is not computed.
void refuse_unsupported_features(const gguf::File& file, const Keys& keys) {
  if (const auto experts = file.find_uint(keys.key("expert_count")); experts.value_or(0) > 0) {
    fail_unsupported(
        file,
        fmt::format("it is a mixture of {} experts ('{}'), which this version does not run. Choose a model "
                    "without experts.",
                    *experts, keys.key("expert_count")));
  }
  const std::string_view scaling = file.find_string(keys.key("rope.scaling.type")).value_or("none");
  if (scaling != "none" && scaling != "linear") {
    fail_unsupported(
        file,
        fmt::format("its rope scaling ('{}') is '{}'; this version knows 'none' and 'linear'. Choose a model "
                    "without it.",
                    keys.key("rope.scaling.type"), bytes::printable(scaling, 60)));
  }
}

double read_rope_scale(const gguf::File& file, const Keys& keys) {
  if (file.find_string(keys.key("rope.scaling.type")) == "linear")
    return 1.0 / keys.positive("rope.scaling.factor");
  return 1.0 / keys.positive_or("rope.scale_linear", 1.0);  // the key's name before 2024
}

std::size_t read_head_size(const gguf::File& file, const Keys& keys, const Config& config) {
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
std::size_t read_vocabulary(const gguf::File& file, const Keys& keys) {
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

std::string_view name(Architecture architecture) {
  switch (architecture) {
    case Architecture::kLlama:
      return "llama";
  }
  return "unknown";
}

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
  config.architecture = read_architecture(file);
  const Keys keys(file, name(config.architecture));
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
  return config;
}

}  // namespace model
