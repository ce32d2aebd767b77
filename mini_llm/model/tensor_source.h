#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gguf/file.h"
#include "kernels/matrix.h"

namespace model {

/// Takes tensors by name, checks each, and knows at the end which ones nobody took.
///
/// Taking throws Error for a tensor that is missing, has another shape or a type that cannot be computed.
class TensorSource {
 public:
  explicit TensorSource(const gguf::File& file) : file_(file) {}

  const gguf::File& file() const { return file_; }
  bool has(std::string_view name) const { return file_.find_tensor(name) != nullptr; }

  /// [rows][cols]
  kernels::Matrix matrix(std::string_view name, std::size_t rows, std::size_t cols);
  /// [count], each [rows][cols]: a tensor of three dimensions, the matrices one after the other
  std::vector<kernels::Matrix> stacked_matrices(std::string_view name, std::size_t count, std::size_t rows,
                                                std::size_t cols);
  /// [size]
  std::span<const float> vector(std::string_view name, std::size_t size);

  /// @throws Unsupported naming a tensor that nobody took
  void refuse_leftovers() const;

 private:
  /// @param shape  fastest first, as in the file
  const gguf::TensorInfo& take(std::string_view name, std::initializer_list<std::uint64_t> shape);
  kernels::WeightType computed_type(const gguf::TensorInfo& tensor) const;

  const gguf::File& file_;
  std::set<std::string_view> taken_;
};

/// The tensors of one layer: `part` stands for "blk.3.part".
class LayerTensors {
 public:
  LayerTensors(TensorSource& source, std::size_t layer) : source_(source), layer_(layer) {}

  const gguf::File& file() const { return source_.file(); }
  std::string name(std::string_view part) const;
  bool has(std::string_view part) const { return source_.has(name(part)); }

  // As in TensorSource.
  kernels::Matrix matrix(std::string_view part, std::size_t rows, std::size_t cols) {
    return source_.matrix(name(part), rows, cols);
  }
  std::vector<kernels::Matrix> stacked_matrices(std::string_view part, std::size_t count, std::size_t rows,
                                                std::size_t cols) {
    return source_.stacked_matrices(name(part), count, rows, cols);
  }
  std::span<const float> vector(std::string_view part, std::size_t size) {
    return source_.vector(name(part), size);
  }

 private:
  TensorSource& source_;
  std::size_t layer_;
};

}  // namespace model
