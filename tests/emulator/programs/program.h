/// @file
/// What the test programs share: error checks, device arrays, random data and the verdict. Plain CUDA C++17.
#pragma once

#include <cuda_runtime.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#define CUDA_CHECK(call)                                                                              \
  do {                                                                                                \
    const cudaError_t error_ = (call);                                                                \
    if (error_ != cudaSuccess) {                                                                      \
      std::fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, cudaGetErrorString(error_)); \
      std::exit(EXIT_FAILURE);                                                                        \
    }                                                                                                 \
  } while (0)

/// Checks a launch and waits for it.
#define CHECK_LAUNCH()                   \
  do {                                   \
    CUDA_CHECK(cudaGetLastError());      \
    CUDA_CHECK(cudaDeviceSynchronize()); \
  } while (0)

__host__ __device__ constexpr int ceil_div(int a, int b) { return (a + b - 1) / b; }

/// An array on the device. Starts as all-ones bytes (NaN, -1), so that an element nobody writes is found.
template <class T>
class DeviceArray {
 public:
  explicit DeviceArray(std::size_t count) : count_(count) {
    CUDA_CHECK(cudaMalloc(&data_, count * sizeof(T)));
    CUDA_CHECK(cudaMemset(data_, 0xff, count * sizeof(T)));
  }
  explicit DeviceArray(const std::vector<T>& values) : DeviceArray(values.size()) {
    CUDA_CHECK(cudaMemcpy(data_, values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice));
  }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  T* get() const { return data_; }
  operator T*() const { return data_; }
  std::size_t size() const { return count_; }
  void clear() { CUDA_CHECK(cudaMemset(data_, 0, count_ * sizeof(T))); }
  void poison() { CUDA_CHECK(cudaMemset(data_, 0xff, count_ * sizeof(T))); }
  std::vector<T> download() const {
    std::vector<T> values(count_);
    CUDA_CHECK(cudaMemcpy(values.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost));
    return values;
  }

 private:
  T* data_ = nullptr;
  std::size_t count_ = 0;
};

/// Random data from one seed per run, which is printed.
inline std::mt19937& random_engine() {
  static std::mt19937 engine = [] {
    const unsigned seed = std::random_device{}();
    std::printf("seed %u\n", seed);
    return std::mt19937(seed);
  }();
  return engine;
}

inline std::vector<float> random_floats(std::size_t count, float low = -1.0f, float high = 1.0f) {
  std::uniform_real_distribution<float> distribution(low, high);
  std::vector<float> values(count);
  for (float& value : values) value = distribution(random_engine());
  return values;
}

inline std::vector<int> random_ints(std::size_t count, int low, int high) {
  std::uniform_int_distribution<int> distribution(low, high);
  std::vector<int> values(count);
  for (int& value : values) value = distribution(random_engine());
  return values;
}

/// Compares with a reference in double precision: |got - expected| <= bound * max(1, |expected|). NaN is
/// never close.
template <class T>
bool all_close(const char* name, const std::vector<T>& got, const std::vector<double>& expected,
               double bound) {
  if (got.size() != expected.size()) {
    std::printf("%s: %zu values instead of %zu\n", name, got.size(), expected.size());
    return false;
  }
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double error = std::fabs(static_cast<double>(got[i]) - expected[i]);
    if (!(error <= bound * std::fmax(1.0, std::fabs(expected[i])))) {
      std::printf("%s: element %zu is %.9g, expected %.9g\n", name, i, static_cast<double>(got[i]),
                  expected[i]);
      return false;
    }
  }
  return true;
}

template <class T>
bool all_equal(const char* name, const std::vector<T>& got, const std::vector<T>& expected) {
  return all_close(name, got, std::vector<double>(expected.begin(), expected.end()), 0.0);
}

/// Prints the last line of a program and gives its exit status.
inline int verdict(bool passed) {
  std::printf(passed ? "PASSED\n" : "FAILED\n");
  return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
