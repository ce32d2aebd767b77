#include "model/tensor_source.h"

#include <fmt/format.h>

#include "bytes/printable.h"
#include "model/config.h"
#include "model/weight_type.h"

namespace model {

kernels::Matrix TensorSource::matrix(std::string_view name, std::size_t rows, std::size_t cols) {
  const gguf::TensorInfo& tensor = take(name, {cols, rows});
  return {computed_type(tensor), rows, cols, tensor.data.data()};
}

std::vector<kernels::Matrix> TensorSource::stacked_matrices(std::string_view name, std::size_t count,
                                                            std::size_t rows, std::size_t cols) {
  const gguf::TensorInfo& tensor = take(name, {cols, rows, count});
  std::vector<kernels::Matrix> matrices(count, {computed_type(tensor), rows, cols, tensor.data.data()});
  for (std::size_t i = 0; i < count; ++i) matrices[i].data += i * matrices[i].bytes();
  return matrices;
}

std::span<const float> TensorSource::vector(std::string_view name, std::size_t size) {
  const gguf::TensorInfo& tensor = take(name, {size});
  if (tensor.type != gguf::TensorType::kF32) {
    fail(file_,
         fmt::format("tensor '{}' is stored as {}; vectors must be F32. The file was converted wrongly.",
                     name, gguf::name(tensor.type)));
  }
  return {reinterpret_cast<const float*>(tensor.data.data()), size};
}

void TensorSource::refuse_leftovers() const {
  if (taken_.size() == file_.tensors().size()) return;
  for (const gguf::TensorInfo& tensor : file_.tensors()) {
    if (taken_.count(tensor.name) != 0) continue;
    fail_unsupported(
        file_,
        fmt::format("tensor '{}' is not part of the architecture as this version computes it, and leaving "
                    "it out would give wrong text. Choose another model.",
                    bytes::printable(tensor.name, 100)));
  }
}

const gguf::TensorInfo& TensorSource::take(std::string_view name,
                                           std::initializer_list<std::uint64_t> shape) {
  const gguf::TensorInfo* tensor = file_.find_tensor(name);
  if (tensor == nullptr) {
    fail(file_,
         fmt::format("tensor '{}' is missing. The file was converted incompletely; download it again or "
                     "reconvert it.",
                     name));
  }
  const std::span<const std::uint64_t> expected(shape.begin(), shape.size());
  bool same = true;
  for (std::size_t d = 0; d < gguf::kMaxDimensions; ++d) {
    same = same && tensor->dimensions[d] == (d < expected.size() ? expected[d] : 1);
  }
  if (!same) {
    fail(file_,
         fmt::format("tensor '{}' is {}, but the configuration says {}. The file is damaged or was converted "
                     "with another configuration; download it again or reconvert it.",
                     name, gguf::shape_text(*tensor), gguf::shape_text(expected)));
  }
  taken_.insert(tensor->name);
  return *tensor;
}

kernels::WeightType TensorSource::computed_type(const gguf::TensorInfo& tensor) const {
  const auto type = weight_type(tensor.type);
  if (!type) {
    fail_unsupported(
        file_, fmt::format(
                   "tensor '{}' is stored as {}, which this version does not compute; it runs {}. Choose the "
                   "model in one of these.",
                   tensor.name, gguf::name(tensor.type), weight_type_names()));
  }
  return *type;
}

std::string LayerTensors::name(std::string_view part) const { return fmt::format("blk.{}.{}", layer_, part); }

}  // namespace model
