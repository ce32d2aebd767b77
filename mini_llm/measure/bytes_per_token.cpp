#include "measure/bytes_per_token.h"

#include <string>

namespace measure {
namespace {

constexpr std::string_view kEmbedding = "token_embd.weight";
constexpr std::string_view kOutput = "output.weight";

/// blk.3.ffn_up_exps.weight, one expert after the other, or blk.3.ffn_up.0.weight
bool is_of_experts(std::string_view name) {
  if (name.find("_exps.") != name.npos) return true;
  const std::size_t part = name.find(".ffn_");
  if (part == name.npos) return false;
  const std::size_t number = name.find('.', part + 1);
  return number != name.npos && number + 1 < name.size() && name[number + 1] >= '0' &&
         name[number + 1] <= '9';
}

/// Of the experts, how many a token uses; 1 where the file has none.
double expert_share(const gguf::File& file) {
  const std::string architecture(file.get_string("general.architecture"));
  const auto experts = file.find_uint(architecture + ".expert_count");
  const auto used = file.find_uint(architecture + ".expert_used_count");
  if (!experts || !used || *experts == 0) return 1.0;
  return static_cast<double>(*used) / static_cast<double>(*experts);
}

}  // namespace

double weight_bytes_per_token(const gguf::File& file) {
  const double experts = expert_share(file);
  const bool tied = file.find_tensor(kOutput) == nullptr;
  double bytes = 0.0;
  for (const gguf::TensorInfo& tensor : file.tensors()) {
    double share = 1.0;
    if (tensor.name == kEmbedding && !tied) share = 1.0 / static_cast<double>(tensor.dimensions[1]);
    if (is_of_experts(tensor.name)) share = experts;
    bytes += share * static_cast<double>(tensor.data.size());
  }
  return bytes;
}

double kv_bytes_per_token(const backend::Backend& backend, std::size_t tokens) {
  const double mean_positions = (1.0 + static_cast<double>(tokens)) / 2.0;
  return mean_positions * backend.position_bytes();
}

}  // namespace measure
