/// @file
/// An array on the device that frees itself.
#pragma once

#include <span>
#include <utility>

#include "kernels/cuda_check.h"
#include "kernels/device_span.h"

namespace kernels {

/// Owns `size` elements of device memory. Movable, not copyable. T is copied bytewise.
template <typename T>
class DeviceArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  DeviceArray() = default;
  /// Elements are not initialized. @throws CudaError when the device has no room
  explicit DeviceArray(std::size_t size) : size_(size) {
    if (size > 0) CUDA_CHECK(cudaMalloc(reinterpret_cast<void**>(&data_), size * sizeof(T)));
  }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(DeviceArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  DeviceArray& operator=(DeviceArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  DeviceSpan<T> span() { return {data_, size_}; }
  DeviceSpan<const T> span() const { return {data_, size_}; }

  /// Copies `values` to the beginning of the array. @pre values.size() <= size()
  void upload(std::span<const T> values) {
    if (!values.empty())
      CUDA_CHECK(cudaMemcpy(data_, values.data(), values.size_bytes(), cudaMemcpyHostToDevice));
  }
  /// Copies the beginning of the array to `values`. @pre values.size() <= size()
  void download(std::span<T> values) const {
    if (!values.empty())
      CUDA_CHECK(cudaMemcpy(values.data(), data_, values.size_bytes(), cudaMemcpyDeviceToHost));
  }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace kernels
