#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "kernels/fast.h"

namespace backend {

/// Keys and values of every position so far, in one of the types of kernels::KvType.
class StoredKvCache {
 public:
  /// @param row_size  kv_heads * head_size; for kQ8_0 head_size is a multiple of 32
  StoredKvCache(kernels::KvType type, std::size_t layers, std::size_t context, std::size_t row_size)
      : type_(type),
        context_(context),
        row_size_(row_size),
        // Left as it is: the system gives memory to the positions that are written, not to the others.
        data_(std::make_unique_for_overwrite<std::byte[]>(2 * layers * context * kv_bytes(type, row_size))) {}

  /// What the constructor allocates. A double: a context that somebody asks for may need more than 64 bits
  /// can say.
  static double bytes(kernels::KvType type, std::size_t layers, std::size_t context, std::size_t row_size) {
    return 2.0 * static_cast<double>(layers) * static_cast<double>(context) *
           static_cast<double>(kernels::kv_bytes(type, row_size));
  }

  /// [context][kv_heads][head_size]
  kernels::KvRows keys(std::size_t layer) const { return {type_, data_.get() + offset(layer, 0, 0)}; }
  kernels::KvRows values(std::size_t layer) const { return {type_, data_.get() + offset(layer, 1, 0)}; }

  /// @param rows  [n][kv_heads][head_size], of the positions from `first` on
  void store_keys(std::size_t layer, std::size_t first, std::span<const float> rows) {
    kernels::fast::store_kv(type_, rows, data_.get() + offset(layer, 0, first));
  }
  void store_values(std::size_t layer, std::size_t first, std::span<const float> rows) {
    kernels::fast::store_kv(type_, rows, data_.get() + offset(layer, 1, first));
  }

 private:
  std::size_t offset(std::size_t layer, std::size_t values, std::size_t position) const {
    return ((2 * layer + values) * context_ + position) * kernels::kv_bytes(type_, row_size_);
  }

  kernels::KvType type_;
  std::size_t context_;
  std::size_t row_size_;
  std::unique_ptr<std::byte[]> data_;  // [layers][2][context][row]
};

}  // namespace backend
