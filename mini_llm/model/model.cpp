#include "model/model.h"

#include "model/architecture.h"

namespace model {

Model load(const gguf::File& file) {
  Model model;
  model.config = read_config(file);
  model.weights = map_weights(file, model.config);
  return model;
}

bool forward(const Model& model, backend::Backend& backend, std::span<const Token> tokens,
             std::size_t position, std::span<float> logits, const LayerProgress& progress) {
  const auto layer_done = [&](std::size_t layers) { return !progress || progress(layers); };
  return parts(model.config.architecture).forward(model, backend, tokens, position, logits, layer_done);
}

}  // namespace model
