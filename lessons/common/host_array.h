/// @file
/// Large arrays in host memory for benchmarks.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "kernels/cuda_check.h"

namespace lesson_bench {

/// Ordinary ("pageable") memory. Its pages are first touched by all threads, so that on a machine with
/// several memory controllers each thread finds its part near.
class PageableArray {
 public:
  PageableArray(std::size_t n, float value) : size_(n), data_(new float[n]) {
#pragma omp parallel for schedule(static)
    for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(n); ++i)
      data_[static_cast<std::size_t>(i)] = value;
  }
  std::span<float> span() { return {data_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<float[]> data_;
};

/// Page-locked ("pinned") memory: the GPU reads and writes it directly, without a copy in between by the
/// driver.
class PinnedArray {
 public:
  PinnedArray(std::size_t n, float value) : size_(n) {
    CUDA_CHECK(cudaMallocHost(reinterpret_cast<void**>(&data_), n * sizeof(float)));
    for (std::size_t i = 0; i < n; ++i) data_[i] = value;
  }
  ~PinnedArray() { cudaFreeHost(data_); }
  PinnedArray(const PinnedArray&) = delete;
  PinnedArray& operator=(const PinnedArray&) = delete;
  std::span<float> span() { return {data_, size_}; }

 private:
  std::size_t size_;
  float* data_ = nullptr;
};

}  // namespace lesson_bench
