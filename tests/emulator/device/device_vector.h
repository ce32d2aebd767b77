/// @file
/// Device memory that starts as a copy of a vector and can be read back.
#pragma once

#include <cuda_runtime.h>

#include <stdexcept>
#include <vector>

template <typename T>
class DeviceVector {
 public:
  explicit DeviceVector(const std::vector<T>& host) : count_(host.size()) {
    check(cudaMalloc(&data_, count_ * sizeof(T)));
    check(cudaMemcpy(data_, host.data(), count_ * sizeof(T), cudaMemcpyHostToDevice));
  }
  explicit DeviceVector(std::size_t count, T value = T()) : DeviceVector(std::vector<T>(count, value)) {}
  ~DeviceVector() { cudaFree(data_); }
  DeviceVector(const DeviceVector&) = delete;
  DeviceVector& operator=(const DeviceVector&) = delete;

  T* data() { return data_; }
  /// Waits for what runs on the device; throws if it failed.
  std::vector<T> to_host() const {
    std::vector<T> host(count_);
    check(cudaDeviceSynchronize());
    check(cudaMemcpy(host.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost));
    return host;
  }

 private:
  static void check(cudaError_t error) {
    if (error != cudaSuccess) throw std::runtime_error(cudaGetErrorString(error));
  }

  T* data_ = nullptr;
  std::size_t count_;
};
