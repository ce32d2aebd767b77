#include "model/architecture.h"

#include <stdexcept>

namespace model {

std::span<const ArchitectureParts* const> architectures() {
  static constexpr const ArchitectureParts* kAll[] = {&kLlama, &kQwen2, &kQwen3, &kGemma2};
  return kAll;
}

const ArchitectureParts& parts(Architecture architecture) {
  for (const ArchitectureParts* candidate : architectures()) {
    if (candidate->id == architecture) return *candidate;
  }
  throw std::logic_error("model::parts: not an architecture");
}

std::string_view name(Architecture architecture) { return parts(architecture).name; }

kernels::Rope rope_settings(const Model& model, kernels::RopePairs pairs) {
  const Config& config = model.config;
  return {config.rope_dimensions, config.rope_base, config.rope_scale, pairs, model.weights.rope_factors};
}

}  // namespace model
