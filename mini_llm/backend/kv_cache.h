#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace backend {

/// The keys and values of every position so far, so that a new token only computes its own.
class KvCache {
 public:
  /// @param row_size  kv_heads * head_size
  KvCache(std::size_t layers, std::size_t context, std::size_t row_size)
      : context_(context),
        row_size_(row_size),
        keys_(layers * context * row_size),
        values_(layers * context * row_size) {}

  /// What the constructor allocates. A double: a context that somebody asks for may need more than 64 bits
  /// can say.
  static double bytes(std::size_t layers, std::size_t context, std::size_t row_size) {
    return 2.0 * sizeof(float) * static_cast<double>(layers) * static_cast<double>(context) *
           static_cast<double>(row_size);
  }

  /// [count][kv_heads][head_size], of the positions from `first` on
  std::span<float> keys(std::size_t layer, std::size_t first, std::size_t count) {
    return std::span(keys_).subspan((layer * context_ + first) * row_size_, count * row_size_);
  }
  std::span<float> values(std::size_t layer, std::size_t first, std::size_t count) {
    return std::span(values_).subspan((layer * context_ + first) * row_size_, count * row_size_);
  }

 private:
  std::size_t context_;
  std::size_t row_size_;
  std::vector<float> keys_;    // [layers][context][kv_heads][head_size]
  std::vector<float> values_;  // [layers][context][kv_heads][head_size]
};

}  // namespace backend
