// What the translator notes about constant variables, compiled and run.
#include <emulator/constant_memory.h>

#include <array>
#include <cstdint>

#include "support/catch.h"

namespace {

template <class T>
bool is_constant(const T& variable) {
  const auto begin = reinterpret_cast<std::uintptr_t>(&variable);
  return emulator::is_constant_memory(begin) && emulator::is_constant_memory(begin + sizeof(T) - 1);
}

struct Pair {
  int x, y;
};

}  // namespace

__constant__ float plain, row[3], matrix[2][2] = {{1, 2}, {3, 4}}, *pointer;
static __constant__ const Pair pair = {1, 2};
__constant__ std::array<std::array<float, 2>, 3> nested = {}, other;
__constant__ __align__(16) unsigned aligned[4];
__constant__ struct { int a, b; } unnamed = {1, 2}, unnamed_too;
const int __constant__ sized[] = {1, 2, 3};
__device__ float global[4];

namespace outer::inner {
__constant__ int in_namespace{3};
}  // namespace outer::inner

template <int kSize>
__constant__ float of_template[kSize];

struct Holder {
  static __constant__ float member[2];
};
__constant__ float Holder::member[2] = {1, 2};

TEST_CASE("constant variables are known wherever they are declared") {
  CHECK(is_constant(plain));
  CHECK(is_constant(row));
  CHECK(is_constant(matrix));
  CHECK(is_constant(pointer));
  CHECK(is_constant(pair));
  CHECK(is_constant(nested));
  CHECK(is_constant(other));
  CHECK(is_constant(aligned));
  CHECK(is_constant(unnamed));
  CHECK(is_constant(unnamed_too));
  CHECK(is_constant(sized));
  CHECK(is_constant(outer::inner::in_namespace));
}

TEST_CASE("other variables are not constant memory") {
  CHECK_FALSE(is_constant(global));
  CHECK_FALSE(is_constant(of_template<3>));
  CHECK_FALSE(is_constant(Holder::member));
  const int local = 0;
  CHECK_FALSE(is_constant(local));
  CHECK_FALSE(emulator::is_constant_memory(0));
  CHECK_FALSE(emulator::is_constant_memory(UINTPTR_MAX));
}

__global__ void read_constants(int* out) {
  out[threadIdx.x] = aligned[threadIdx.x] + pair.y + outer::inner::in_namespace;
}

TEST_CASE("kernels read constant variables") {
  const unsigned values[4] = {10, 20, 30, 40};
  REQUIRE(cudaMemcpyToSymbol(aligned, values, sizeof values) == cudaSuccess);
  int *device, result[4] = {};
  REQUIRE(cudaMalloc(&device, sizeof result) == cudaSuccess);
  read_constants<<<1, 4>>>(device);
  REQUIRE(cudaMemcpy(result, device, sizeof result, cudaMemcpyDeviceToHost) == cudaSuccess);
  CHECK(cudaFree(device) == cudaSuccess);
  for (int i = 0; i < 4; ++i) CHECK(result[i] == 10 * (i + 1) + 5);
}
