#pragma once

#include <span>
#include <string_view>

#include "model/config.h"
#include "model/metadata_keys.h"
#include "model/model.h"
#include "model/tensor_source.h"
#include "model/weights.h"

namespace model {

/// What sets one architecture apart. Each has a file that shows it from top to bottom: what its metadata
/// adds, the tensors of a layer with their shapes, and how it computes. What all share is in config.cpp and
/// weights.cpp.
struct ArchitectureParts {
  Architecture id;
  std::string_view name;  // as in general.architecture

  /// Adds its own values to a config that has all common ones; nullptr when there are none.
  void (*read_config)(const MetadataKeys& keys, Config& config);
  /// Takes every tensor of one layer.
  Layer (*map_layer)(LayerTensors& tensors, const Config& config);
  /// As model::forward; `layer_done` is never empty.
  bool (*forward)(const Model& model, backend::Backend& backend, std::span<const Token> tokens,
                  std::size_t position, std::span<float> logits, const LayerProgress& layer_done);
};

extern const ArchitectureParts kLlama;
extern const ArchitectureParts kQwen2;
extern const ArchitectureParts kQwen3;
extern const ArchitectureParts kGemma2;

/// Every architecture that can be run.
std::span<const ArchitectureParts* const> architectures();

const ArchitectureParts& parts(Architecture architecture);

/// How the model turns queries and keys by their positions.
kernels::Rope rope_settings(const Model& model, kernels::RopePairs pairs);

}  // namespace model
