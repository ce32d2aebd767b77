#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "gguf/value.h"

/// A GGUF file put together value by value, with no care for whether it makes sense.
class RawGguf {
 public:
  std::vector<std::byte> bytes;

  RawGguf& header(std::uint64_t tensors, std::uint64_t entries, std::uint32_t version = 3) {
    return text_bytes("GGUF").put(version).put(tensors).put(entries);
  }

  template <typename T>
  RawGguf& put(T value) {
    return append(&value, sizeof(T));
  }

  RawGguf& text_bytes(std::string_view text) { return append(text.data(), text.size()); }

  RawGguf& string(std::string_view text) { return put<std::uint64_t>(text.size()).text_bytes(text); }

  RawGguf& key(std::string_view name, gguf::ValueType type) {
    return string(name).put(static_cast<std::uint32_t>(type));
  }

  /// The beginning of a tensor's entry; dimensions, type and offset follow.
  RawGguf& tensor(std::string_view name, std::uint32_t dimension_count) {
    return string(name).put(dimension_count);
  }

  RawGguf& zeros(std::size_t count) {
    bytes.resize(bytes.size() + count);
    return *this;
  }

  RawGguf& align(std::size_t alignment = 32) {
    return zeros((alignment - bytes.size() % alignment) % alignment);
  }

 private:
  RawGguf& append(const void* data, std::size_t size) {
    const auto* begin = static_cast<const std::byte*>(data);
    for (std::size_t i = 0; i < size; ++i) bytes.push_back(begin[i]);
    return *this;
  }
};
