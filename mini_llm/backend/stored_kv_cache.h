#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "kernels/fast.h"

namespace backend {

/// Keys and values of every position so far, in one of the types of kernels::KvType.
class StoredKvCache {
 public:
  /// For kQ8_0, head_size is a multiple of 32.
  StoredKvCache(kernels::KvType type, std::size_t layers, std::size_t context, std::size_t kv_heads,
                std::size_t head_size)
      : type_(type),
        context_(context),
        kv_heads_(kv_heads),
        head_size_(head_size),
        // Left as it is: the system gives memory to the positions that are written, not to the others.
        data_(std::make_unique_for_overwrite<std::byte[]>(2 * layers * kv_heads * head_bytes())) {}

  /// What the constructor allocates. A double: a context that somebody asks for may need more than 64 bits
  /// can say.
  static double bytes(kernels::KvType type, std::size_t layers, std::size_t context, std::size_t row_size) {
    return 2.0 * static_cast<double>(layers) * static_cast<double>(context) *
           static_cast<double>(kernels::kv_bytes(type, row_size));
  }

  kernels::KvRows keys(std::size_t layer) const { return {type_, rows(layer, kKeys), head_bytes()}; }
  kernels::KvRows values(std::size_t layer) const { return {type_, rows(layer, kValues), head_bytes()}; }

  /// @param numbers  [n][kv_heads][head_size], of the positions from `first` on
  void store_keys(std::size_t layer, std::size_t first, std::span<const float> numbers) {
    store(rows(layer, kKeys), first, numbers);
  }
  void store_values(std::size_t layer, std::size_t first, std::span<const float> numbers) {
    store(rows(layer, kValues), first, numbers);
  }

 private:
  enum Part : std::size_t { kKeys, kValues };

  std::size_t head_bytes() const { return kernels::kv_bytes(type_, context_ * head_size_); }

  std::byte* rows(std::size_t layer, Part part) const {
    return data_.get() + (2 * layer + part) * kv_heads_ * head_bytes();
  }

  void store(std::byte* to, std::size_t first, std::span<const float> numbers) {
    for (std::size_t i = 0; i < numbers.size() / head_size_; ++i) {
      const std::size_t position = first + i / kv_heads_;
      const std::size_t head = i % kv_heads_;
      kernels::fast::store_kv(type_, numbers.subspan(i * head_size_, head_size_),
                              to + head * head_bytes() + kernels::kv_bytes(type_, position * head_size_));
    }
  }

  kernels::KvType type_;
  std::size_t context_;
  std::size_t kv_heads_;
  std::size_t head_size_;
  std::unique_ptr<std::byte[]> data_;  // [layers][keys, values][kv_heads][context][head_size]
};

}  // namespace backend
