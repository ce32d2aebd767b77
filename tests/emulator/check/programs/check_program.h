/// @file
/// What the programs that the checks are tested with share. Plain CUDA C++17; nothing that takes long to
/// compile.
///
/// Each program holds one topic: a correct program and broken twins of it. The first argument chooses the
/// variant; without arguments the program does nothing.
#pragma once

#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>

#define CUDA_CHECK(call)                                                                              \
  do {                                                                                                \
    const cudaError_t error_ = (call);                                                                \
    if (error_ != cudaSuccess) {                                                                      \
      std::fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, cudaGetErrorString(error_)); \
      std::exit(EXIT_FAILURE);                                                                        \
    }                                                                                                 \
  } while (0)

inline int variant_of(int argc, char** argv) {
  if (argc < 2) std::exit(EXIT_SUCCESS);
  return std::atoi(argv[1]);
}

/// An array of the host: values 1, 2, 3, ... or all zero.
template <class T, int kCount>
struct Values {
  T data[kCount];

  static Values counting() {
    Values values;
    for (int i = 0; i < kCount; ++i) values.data[i] = static_cast<T>(i + 1);
    return values;
  }
  static Values zeros() { return Values{}; }

  T* to_device() const {
    T* device;
    CUDA_CHECK(cudaMalloc(&device, sizeof data));
    CUDA_CHECK(cudaMemcpy(device, data, sizeof data, cudaMemcpyHostToDevice));
    return device;
  }
  void from_device(const T* device) {
    CUDA_CHECK(cudaDeviceSynchronize());
    CUDA_CHECK(cudaMemcpy(data, device, sizeof data, cudaMemcpyDeviceToHost));
  }
};

/// The last line of a program whose results only correct variants answer for.
inline int verdict(bool is_right) {
  std::printf(is_right ? "PASSED\n" : "FAILED\n");
  return is_right ? EXIT_SUCCESS : EXIT_FAILURE;
}
