#pragma once

#include <optional>
#include <string>

#include "gguf/tensor_type.h"
#include "kernels/matrix.h"

namespace model {

/// The type with which the kernels compute a tensor of a file; nullopt when they cannot.
std::optional<kernels::WeightType> weight_type(gguf::TensorType type);

/// How a file names the kernels' type.
gguf::TensorType tensor_type(kernels::WeightType type);

/// All types that the kernels compute, for a message: "F32, F16, ... and IQ4_XS".
std::string weight_type_names();

}  // namespace model
