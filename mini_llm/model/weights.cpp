#include "model/weights.h"

#include <fmt/format.h>

#include <cmath>
#include <initializer_list>
#include <set>
#include <string>

#include "bytes/printable.h"
#include "model/weight_type.h"

namespace model {
namespace {

/// Takes tensors by name, checks each, and knows at the end which ones nobody took.
class TensorSource {
 public:
  explicit TensorSource(const gguf::File& file) : file_(file) {}

  bool has(std::string_view tensor_name) const { return file_.find_tensor(tensor_name) != nullptr; }

  Matrix matrix(std::string_view tensor_name, std::size_t rows, std::size_t cols) {
    const gguf::TensorInfo& tensor = take(tensor_name, {cols, rows});
    const auto type = weight_type(tensor.type);
    if (!type) {
      fail_unsupported(
          file_,
          fmt::format(
              "tensor '{}' is stored as {}, which this version does not compute; it runs {}. Choose the "
              "model in one of these.",
              tensor_name, gguf::name(tensor.type), weight_type_names()));
    }
    return {*type, rows, cols, tensor.data.data()};
  }

  std::span<const float> vector(std::string_view tensor_name, std::size_t size) {
    const gguf::TensorInfo& tensor = take(tensor_name, {size});
    if (tensor.type != gguf::TensorType::kF32) {
      fail(file_,
           fmt::format("tensor '{}' is stored as {}; vectors must be F32. The file was converted wrongly.",
                       tensor_name, gguf::name(tensor.type)));
    }
    return {reinterpret_cast<const float*>(tensor.data.data()), size};
  }

  void refuse_leftovers() const {
    if (taken_.size() == file_.tensors().size()) return;
    for (const gguf::TensorInfo& tensor : file_.tensors()) {
      if (taken_.count(tensor.name) != 0) continue;
      fail_unsupported(
          file_,
          fmt::format("tensor '{}' is not part of the architecture as this version computes it, and leaving "
                      "it out would give wrong text. Choose another model.",
                      bytes::printable(tensor.name, 100)));
    }
  }

 private:
  /// @param shape  fastest first, as in the file
  const gguf::TensorInfo& take(std::string_view tensor_name, std::initializer_list<std::uint64_t> shape) {
    const gguf::TensorInfo* tensor = file_.find_tensor(tensor_name);
    if (tensor == nullptr) {
      fail(file_,
           fmt::format("tensor '{}' is missing. The file was converted incompletely; download it again or "
                       "reconvert it.",
                       tensor_name));
    }
    const std::span<const std::uint64_t> expected(shape.begin(), shape.size());
    bool same = true;
    for (std::size_t d = 0; d < gguf::kMaxDimensions; ++d) {
      same = same && tensor->dimensions[d] == (d < expected.size() ? expected[d] : 1);
    }
    if (!same) {
      fail(file_,
           fmt::format(
               "tensor '{}' is {}, but the configuration says {}. The file is damaged or was converted "
               "with another configuration; download it again or reconvert it.",
               tensor_name, gguf::shape_text(*tensor), gguf::shape_text(expected)));
    }
    taken_.insert(tensor->name);
    return *tensor;
  }

  const gguf::File& file_;
  std::set<std::string_view> taken_;
};

Layer map_layer(TensorSource& source, const Config& config, std::size_t index) {
  const auto tensor = [index](std::string_view part) { return fmt::format("blk.{}.{}.weight", index, part); };
  Layer layer;
  layer.attention_norm = source.vector(tensor("attn_norm"), config.embedding);
  layer.query = source.matrix(tensor("attn_q"), config.query_size(), config.embedding);
  layer.key = source.matrix(tensor("attn_k"), config.kv_size(), config.embedding);
  layer.value = source.matrix(tensor("attn_v"), config.kv_size(), config.embedding);
  layer.attention_output = source.matrix(tensor("attn_output"), config.embedding, config.query_size());
  layer.feed_forward_norm = source.vector(tensor("ffn_norm"), config.embedding);
  layer.gate = source.matrix(tensor("ffn_gate"), config.feed_forward, config.embedding);
  layer.up = source.matrix(tensor("ffn_up"), config.feed_forward, config.embedding);
  layer.down = source.matrix(tensor("ffn_down"), config.embedding, config.feed_forward);
  return layer;
}

void check_rope_factors(const gguf::File& file, std::span<const float> factors) {
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (!(factors[i] > 0.0f) || !std::isfinite(factors[i])) {
      fail(file,
           fmt::format(
               "number {} of tensor 'rope_freqs.weight' is {}; it must be positive. The file is damaged; "
               "download it again.",
               i, factors[i]));
    }
  }
}

}  // namespace

Weights map_weights(const gguf::File& file, const Config& config) {
  TensorSource source(file);
  Weights weights;
  weights.token_embedding = source.matrix("token_embd.weight", config.vocabulary, config.embedding);
  if (source.has("rope_freqs.weight")) {
    weights.rope_factors = source.vector("rope_freqs.weight", config.rope_dimensions / 2);
    check_rope_factors(file, weights.rope_factors);
  }
  for (std::size_t i = 0; i < config.layers; ++i) weights.layers.push_back(map_layer(source, config, i));
  weights.output_norm = source.vector("output_norm.weight", config.embedding);
  weights.output = source.has("output.weight")
                       ? source.matrix("output.weight", config.vocabulary, config.embedding)
                       : weights.token_embedding;
  source.refuse_leftovers();
  return weights;
}

}  // namespace model
