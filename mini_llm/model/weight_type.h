#pragma once

#include <optional>
#include <string>

#include "gguf/tensor_type.h"
#include "kernels/matrix.h"

namespace model {

/// The type with which the kernels compute a tensor of a file; nullopt when they cannot.
std::optional<kernels::WeightType> weight_type(gguf::TensorType type);

/// All types that the kernels compute, for a message.
std::string weight_type_names();

}  // namespace model
