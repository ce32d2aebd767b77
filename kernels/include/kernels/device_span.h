/// @file
/// Views of device memory for host code, and a name for streams: usable without CUDA's headers.
#pragma once

#include <cstddef>
#include <type_traits>

/// What CUDA's headers call *cudaStream_t.
struct CUstream_st;

namespace kernels {

/// cudaStream_t; nullptr is the default stream.
using StreamHandle = CUstream_st*;

/// A view of `size` elements on the device. A type of its own, unlike std::span, so that host code does not
/// look into device memory by mistake and no function takes one for the other.
template <typename T>
struct DeviceSpan {
  T* data = nullptr;
  std::size_t size = 0;

  constexpr DeviceSpan() = default;
  constexpr DeviceSpan(T* first, std::size_t count) : data(first), size(count) {}
  /// A view for reading from a view for writing.
  constexpr DeviceSpan(const DeviceSpan<std::remove_const_t<T>>& other) requires std::is_const_v<T>
      : data(other.data), size(other.size) {}
};

}  // namespace kernels
