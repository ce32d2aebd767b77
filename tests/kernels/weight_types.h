#pragma once

#include <utility>

#include "gguf/tensor_type.h"
#include "kernels/matrix.h"

/// Every type of weights, with its number in files.
inline constexpr std::pair<gguf::TensorType, kernels::WeightType> kWeightTypes[] = {
    {gguf::TensorType::kF32, kernels::WeightType::kF32},
    {gguf::TensorType::kF16, kernels::WeightType::kF16},
    {gguf::TensorType::kBF16, kernels::WeightType::kBF16},
    {gguf::TensorType::kQ8_0, kernels::WeightType::kQ8_0},
    {gguf::TensorType::kQ4_0, kernels::WeightType::kQ4_0},
    {gguf::TensorType::kQ4_1, kernels::WeightType::kQ4_1},
    {gguf::TensorType::kQ5_0, kernels::WeightType::kQ5_0},
    {gguf::TensorType::kQ5_1, kernels::WeightType::kQ5_1},
    {gguf::TensorType::kQ2_K, kernels::WeightType::kQ2_K},
    {gguf::TensorType::kQ3_K, kernels::WeightType::kQ3_K},
    {gguf::TensorType::kQ4_K, kernels::WeightType::kQ4_K},
    {gguf::TensorType::kQ5_K, kernels::WeightType::kQ5_K},
    {gguf::TensorType::kQ6_K, kernels::WeightType::kQ6_K},
    {gguf::TensorType::kIQ4_NL, kernels::WeightType::kIQ4_NL},
    {gguf::TensorType::kIQ4_XS, kernels::WeightType::kIQ4_XS},
};
