#include "model/weight_type.h"

#include <fmt/format.h>

#include <iterator>
#include <stdexcept>
#include <utility>

namespace model {
namespace {

using gguf::TensorType;
using kernels::WeightType;

constexpr std::pair<TensorType, WeightType> kTypes[] = {
    {TensorType::kF32, WeightType::kF32},       {TensorType::kF16, WeightType::kF16},
    {TensorType::kBF16, WeightType::kBF16},     {TensorType::kQ8_0, WeightType::kQ8_0},
    {TensorType::kQ4_0, WeightType::kQ4_0},     {TensorType::kQ4_1, WeightType::kQ4_1},
    {TensorType::kQ5_0, WeightType::kQ5_0},     {TensorType::kQ5_1, WeightType::kQ5_1},
    {TensorType::kQ2_K, WeightType::kQ2_K},     {TensorType::kQ3_K, WeightType::kQ3_K},
    {TensorType::kQ4_K, WeightType::kQ4_K},     {TensorType::kQ5_K, WeightType::kQ5_K},
    {TensorType::kQ6_K, WeightType::kQ6_K},     {TensorType::kIQ4_NL, WeightType::kIQ4_NL},
    {TensorType::kIQ4_XS, WeightType::kIQ4_XS},
};

}  // namespace

std::optional<WeightType> weight_type(TensorType type) {
  for (const auto& [stored, computed] : kTypes) {
    if (stored == type) return computed;
  }
  return std::nullopt;
}

TensorType tensor_type(WeightType type) {
  for (const auto& [stored, computed] : kTypes) {
    if (computed == type) return stored;
  }
  throw std::logic_error("model::tensor_type: not a weight type");
}

std::string weight_type_names() {
  std::string names;
  for (std::size_t i = 0; i < std::size(kTypes); ++i) {
    const char* separator = i == 0 ? "" : i + 1 < std::size(kTypes) ? ", " : " and ";
    names += fmt::format("{}{}", separator, gguf::name(kTypes[i].first));
  }
  return names;
}

}  // namespace model
