/// @file
/// Launches in every form that CUDA programs use, compiled and run.
#include <cuda_runtime.h>

#include <memory>
#include <utility>
#include <vector>

#include "support/catch.h"

#define LAUNCH(kernel, blocks, threads, ...) kernel<<<blocks, threads>>>(__VA_ARGS__)
#define STORE_KERNEL(name, value) \
  __global__ void store_##name(int* out) { *out = value; }
#define LAUNCH_STORE(name, ...) store_##name<<<1, 1>>>(__VA_ARGS__)
#define KERNEL_ARGS(grid, block) <<<grid, block>>>

STORE_KERNEL(seven, 7)

namespace outer::inner {
__global__ void add(int* out, int a, int b = 5) { atomicAdd(out, a + b); }
}  // namespace outer::inner

template <typename T, int N>
__global__ void fill(T* out, T value) {
  for (int i = 0; i < N; ++i) out[i] = value;
}

template <typename... Values>
__global__ void sum(int* out, Values... values) {
  *out = (0 + ... + values);
}

__global__ void overloaded(int* out, int) { *out = 1; }
__global__ void overloaded(int* out, float) { *out = 2; }

/// Converts to what kernels take; must not be copied.
struct Buffer {
  explicit Buffer(int count) { cudaMallocManaged(&data, count * sizeof(int)); }
  ~Buffer() { cudaFree(data); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  operator int*() const { return data; }
  int* data = nullptr;
};

struct Pair {
  int first;
  int second;
};
__global__ void take(int* out, Pair pair, const int* pointer, unsigned char byte, double real) {
  *out = pair.first * 1000 + pair.second * 100 + (pointer == nullptr) * 10 + byte + static_cast<int>(real);
}

struct Table {
  void (*kernel)(int*);
  void run(int* out) { kernel<<<1, 1>>>(out); }
  template <class K>
  static void run_any(K k, int* out) {
    k<<<1, 1>>>(out);
  }
};

template <class T>
struct Filler {
  template <int N>
  void operator()(T* out, T value) const {
    fill<T, N><<<1, 1>>>(out, value);
  }
};

__global__ void index(int* out) {
  const int block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  const int thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  atomicAdd(&out[block], thread);
}

TEST_CASE("qualified, templated and overloaded kernels are launched") {
  Buffer out(8);
  *out = 0;
  outer::inner::add<<<1, 4>>>(out.data, 1, 2);
  ::outer::inner::add<<<2, 2>>>(out.data, 1);
  cudaDeviceSynchronize();
  CHECK(*out == 4 * 3 + 4 * 6);
  fill<int, (8 > 4 ? 3 : 2)><<<1, 1>>>(out, 9);
  cudaDeviceSynchronize();
  CHECK(out[2] == 9);
  sum<<<1, 1>>>(out.data, 1, 2, 3);
  cudaDeviceSynchronize();
  CHECK(*out == 6);
  overloaded<<<1, 1>>>(out.data, 1.0f);
  cudaDeviceSynchronize();
  CHECK(*out == 2);
}

TEST_CASE("arguments are converted to the kernel's parameters") {
  Buffer out(1);
  const volatile int byte = 258;  // 2 as an unsigned char
  take<<<1, 1>>>(out, {4, 3}, 0, byte, 5);
  cudaDeviceSynchronize();
  CHECK(*out == 4000 + 300 + 10 + 2 + 5);
  take<<<1, 1>>>(out, Pair{1, 2}, NULL, 1.9, 'a' - 96);
  cudaDeviceSynchronize();
  CHECK(*out == 1000 + 200 + 10 + 1 + 1);
}

TEST_CASE("launch parameters are integers, dim3, braces and expressions") {
  Buffer out(6);
  for (int i = 0; i < 6; ++i) out[i] = 0;
  const size_t size_from_elsewhere = 2;
  index<<<dim3(1, size_from_elsewhere, 3), {2, 2}, 16 << 2, nullptr>>>(out.data);
  cudaDeviceSynchronize();
  for (int i = 0; i < 6; ++i) CHECK(out[i] == 0 + 1 + 2 + 3);
  index<<<[] { return 1; }(), std::pair<int, int>(4, 5).second, 0, 0>>>(out.data);
  cudaDeviceSynchronize();
  CHECK(out[0] == 6 + 10);
}

TEST_CASE("launches in macros, with and without their parameters") {
  Buffer out(1);
  LAUNCH_STORE(seven, out.data);
  cudaDeviceSynchronize();
  CHECK(*out == 7);
  *out = 0;
  if (*out == 0) LAUNCH(outer::inner::add, 1, 2, out.data, 3, 4);
  cudaDeviceSynchronize();
  CHECK(*out == 14);
  store_seven KERNEL_ARGS(1, 1)(out.data);
  cudaDeviceSynchronize();
  CHECK(*out == 7);
}

TEST_CASE("function pointers, members, arrays and template parameters are launched") {
  Buffer out(4);
  Table table{store_seven};
  Table* pointer = &table;
  void (*kernels[])(int*) = {store_seven, nullptr};
  const auto expect_seven = [&] {
    cudaDeviceSynchronize();
    CHECK(*out == 7);
    *out = 0;
  };
  table.run(out);
  expect_seven();
  Table::run_any(store_seven, out.data);
  expect_seven();
  table.kernel<<<1, 1>>>(out.data);
  expect_seven();
  pointer->kernel<<<1, 1>>>(out.data);
  expect_seven();
  (*pointer->kernel)<<<1, 1>>>(out.data);
  expect_seven();
  kernels[*out]<<<1, 1>>>(out.data);
  expect_seven();
  [&] { store_seven<<<1, 1>>>(out.data); }();
  expect_seven();
  Filler<int>{}.template operator()<2>(out, 7);
  expect_seven();
}

TEST_CASE("__LINE__ behind a launch over several lines is that of the source") {
  Buffer out(1);
  fill<int,
       1>    // one value
      <<<1,  // block
         1>>>(out, 5);
  CHECK(__LINE__ == 166);
}
