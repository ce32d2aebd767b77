#include "model/weight_type.h"

namespace model {

std::optional<kernels::WeightType> weight_type(gguf::TensorType type) {
  switch (type) {
    case gguf::TensorType::kF32:
      return kernels::WeightType::kF32;
    case gguf::TensorType::kF16:
      return kernels::WeightType::kF16;
    case gguf::TensorType::kBF16:
      return kernels::WeightType::kBF16;
    case gguf::TensorType::kQ8_0:
      return kernels::WeightType::kQ8_0;
    case gguf::TensorType::kQ4_0:
      return kernels::WeightType::kQ4_0;
    default:
      return std::nullopt;
  }
}

std::string weight_type_names() { return "F32, F16, BF16, Q8_0 and Q4_0"; }

}  // namespace model
