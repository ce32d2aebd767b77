#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gguf/tensor_type.h"

namespace quantize {

/// Which type each tensor of a file gets. "Q4_K" and the other names of types: every matrix in that type.
/// "Q4_K_M" and "Q5_K_M": most matrices in the type before the _M, those where errors hurt most in Q6_K, by
/// llama.cpp's rule.
struct Recipe {
  std::string_view name;
  gguf::TensorType type;    // of most matrices
  bool mixed;               // some get a larger one
  std::uint32_t file_type;  // general.file_type, as the GGUF specification numbers them
};

/// All recipes, in the order for a list.
std::span<const Recipe> recipes();
/// By name, upper or lower case; nullptr when there is none.
const Recipe* find_recipe(std::string_view name);
/// "F32, F16, ..."
std::string recipe_names();

/// What the choice depends on beside the tensor.
struct ModelTraits {
  std::size_t layers = 0;
  std::size_t experts = 0;
  bool tied = false;  // the embedding table is the output matrix too
};

struct TypeChoice {
  gguf::TensorType type;
  gguf::TensorType wanted;  // another one than type when the rows do not fit its blocks
};

/// Whether the tensor's type may be chosen: matrices whose name ends in ".weight". Vectors and the matrix
/// that chooses experts stay F32: they are small, and everything depends on them.
bool may_quantize(std::string_view tensor_name, std::size_t dimensions);

/// The type of a tensor that may_quantize.
/// @param cols  numbers in a row
TypeChoice choose_type(const Recipe& recipe, const ModelTraits& model, std::string_view tensor_name,
                       std::uint64_t cols);

}  // namespace quantize
