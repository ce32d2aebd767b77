#include "quantize/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace quantize {
namespace {

using gguf::TensorType;

constexpr Recipe kRecipes[] = {
    {"F32", TensorType::kF32, false, 0},        {"F16", TensorType::kF16, false, 1},
    {"BF16", TensorType::kBF16, false, 32},     {"Q8_0", TensorType::kQ8_0, false, 7},
    {"Q4_0", TensorType::kQ4_0, false, 2},      {"Q4_1", TensorType::kQ4_1, false, 3},
    {"Q5_0", TensorType::kQ5_0, false, 8},      {"Q5_1", TensorType::kQ5_1, false, 9},
    {"Q2_K", TensorType::kQ2_K, false, 10},     {"Q3_K", TensorType::kQ3_K, false, 11},
    {"Q4_K", TensorType::kQ4_K, false, 14},     {"Q5_K", TensorType::kQ5_K, false, 16},
    {"Q6_K", TensorType::kQ6_K, false, 18},     {"IQ4_NL", TensorType::kIQ4_NL, false, 25},
    {"IQ4_XS", TensorType::kIQ4_XS, false, 30}, {"Q4_K_M", TensorType::kQ4_K, true, 15},
    {"Q5_K_M", TensorType::kQ5_K, true, 17},
};

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

/// The type for rows that are not whole blocks of 256: of 32, and a little larger rather than smaller.
TensorType type_for_short_blocks(TensorType type) {
  switch (type) {
    case TensorType::kQ2_K:
    case TensorType::kQ3_K:
    case TensorType::kIQ4_XS:
      return TensorType::kIQ4_NL;
    case TensorType::kQ4_K:
      return TensorType::kQ5_0;
    case TensorType::kQ5_K:
      return TensorType::kQ5_1;
    case TensorType::kQ6_K:
      return TensorType::kQ8_0;
    default:
      return type;
  }
}

bool fits(TensorType type, std::uint64_t cols) { return cols % gguf::traits(type).block_elements == 0; }

/// The number in "blk.7.attn_v.weight".
std::size_t layer_of(std::string_view tensor_name) {
  std::size_t layer = 0;
  constexpr std::string_view kPrefix = "blk.";
  if (tensor_name.starts_with(kPrefix)) {
    std::from_chars(tensor_name.data() + kPrefix.size(), tensor_name.data() + tensor_name.size(), layer);
  }
  return layer;
}

/// The layers in which errors hurt most: the first eighth, the last eighth, and every third between.
bool wants_more_bits(std::size_t layer, std::size_t layers) {
  const std::size_t eighth = layers / 8;
  return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
}

TensorType mixed_type(const Recipe& recipe, const ModelTraits& model, std::string_view name) {
  if (name == "output.weight" || (model.tied && name == "token_embd.weight")) return TensorType::kQ6_K;
  const auto is = [name](std::string_view part) {
    return name.find(std::string(".") + std::string(part) + ".") != name.npos;
  };
  // With eight experts attention is a small part of the file, so it may be larger.
  if (model.experts == 8 && (is("attn_v") || is("attn_k"))) return TensorType::kQ8_0;
  if (model.experts == 8 && is("attn_output") && recipe.type == TensorType::kQ4_K) return TensorType::kQ5_K;
  const bool sensitive = is("attn_v") || is("ffn_down") || is("ffn_down_exps");
  return sensitive && wants_more_bits(layer_of(name), model.layers) ? TensorType::kQ6_K : recipe.type;
}

}  // namespace

std::span<const Recipe> recipes() { return kRecipes; }

const Recipe* find_recipe(std::string_view name) {
  for (const Recipe& recipe : kRecipes) {
    if (same_name(recipe.name, name)) return &recipe;
  }
  return nullptr;
}

std::string recipe_names() {
  std::string names;
  for (const Recipe& recipe : kRecipes) names += fmt::format("{}{}", names.empty() ? "" : ", ", recipe.name);
  return names;
}

bool may_quantize(std::string_view tensor_name, std::size_t dimensions) {
  return dimensions >= 2 && tensor_name.ends_with(".weight") &&
         !tensor_name.ends_with("ffn_gate_inp.weight") && !tensor_name.ends_with("_norm.weight");
}

TypeChoice choose_type(const Recipe& recipe, const ModelTraits& model, std::string_view tensor_name,
                       std::uint64_t cols) {
  TypeChoice choice;
  choice.wanted = recipe.mixed ? mixed_type(recipe, model, tensor_name) : recipe.type;
  choice.type = choice.wanted;
  if (!fits(choice.type, cols)) choice.type = type_for_short_blocks(choice.type);
  if (!fits(choice.type, cols)) choice.type = TensorType::kF16;
  return choice;
}

}  // namespace quantize
