#include "model/weights.h"

#include <fmt/format.h>

#include <cmath>

#include "model/architecture.h"
#include "model/tensor_source.h"

namespace model {
namespace {

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
  const ArchitectureParts& architecture = parts(config.architecture);
  TensorSource source(file);
  Weights weights;
  weights.token_embedding = source.matrix("token_embd.weight", config.vocabulary, config.embedding);
  if (source.has("rope_freqs.weight")) {
    weights.rope_factors = source.vector("rope_freqs.weight", config.rope_dimensions / 2);
    check_rope_factors(file, weights.rope_factors);
  }
  for (std::size_t i = 0; i < config.layers; ++i) {
    LayerTensors tensors(source, i);
    weights.layers.push_back(architecture.map_layer(tensors, config));
  }
  weights.output_norm = source.vector("output_norm.weight", config.embedding);
  weights.output = source.has("output.weight")
                       ? source.matrix("output.weight", config.vocabulary, config.embedding)
                       : weights.token_embedding;
  source.refuse_leftovers();
  return weights;
}

}  // namespace model
