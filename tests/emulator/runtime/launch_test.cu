#include "support.h"

__global__ void write_index(unsigned* out, unsigned count) {
  const unsigned x = blockIdx.x * blockDim.x + threadIdx.x;
  const unsigned y = blockIdx.y * blockDim.y + threadIdx.y;
  const unsigned z = blockIdx.z * blockDim.z + threadIdx.z;
  const unsigned i = x + gridDim.x * blockDim.x * (y + gridDim.y * blockDim.y * z);
  if (i < count) out[i] = i;
}

__global__ void nothing() {}
__global__ void use_dynamic(int* out) {
  extern __shared__ int memory[];
  memory[threadIdx.x] = threadIdx.x;
  __syncthreads();
  out[threadIdx.x] = memory[blockDim.x - 1 - threadIdx.x];
}
__global__ void too_much_static(int* out) {
  __shared__ int large[13000];
  large[threadIdx.x] = 1;
  out[0] = large[0];
}

struct Large {
  int values[40];
};
__global__ void by_value(Large large, int* out) {
  large.values[0] += threadIdx.x;
  out[threadIdx.x] = large.values[0] + large.values[39];
}

TEST_CASE("every thread of a 3D grid runs once, with its own indices") {
  const FreshDevice device;
  const dim3 grid(3, 5, 2), block(7, 3, 4);
  const unsigned count = 3 * 5 * 2 * 7 * 3 * 4;
  unsigned* out = to_device(std::vector<unsigned>(count, 0xdeadbeef));
  write_index<<<grid, block>>>(out, count);
  REQUIRE(take_device_error() == cudaSuccess);
  const auto host = to_host(out, count);
  for (unsigned i = 0; i < count; ++i) REQUIRE(host[i] == i);
}

TEST_CASE("arguments are copied for each thread") {
  const FreshDevice device;
  int* out = to_device(std::vector<int>(64, -1));
  Large large{};
  large.values[0] = 100;
  large.values[39] = 1000;
  by_value<<<1, 64>>>(large, out);
  const auto host = to_host(out, 64);
  for (int i = 0; i < 64; ++i) REQUIRE(host[i] == 1100 + i);
}

TEST_CASE("launches beyond the card's limits are refused with CUDA's codes and leave no sticky error") {
  const FreshDevice device;
  struct Case {
    dim3 grid, block;
    std::size_t shared;
    cudaError_t error;
  };
  const Case cases[] = {{1, 1025, 0, cudaErrorInvalidConfiguration},
                        {1, dim3(32, 33), 0, cudaErrorInvalidConfiguration},
                        {1, dim3(1, 1, 65), 0, cudaErrorInvalidConfiguration},
                        {0, 32, 0, cudaErrorInvalidConfiguration},
                        {1, 0, 0, cudaErrorInvalidConfiguration},
                        {dim3(1, 65536), 1, 0, cudaErrorInvalidConfiguration},
                        {dim3(1, 1, 65536), 1, 0, cudaErrorInvalidConfiguration},
                        {dim3(2147483648u), 1, 0, cudaErrorInvalidConfiguration},
                        {1, 32, 48 * 1024 + 1, cudaErrorInvalidValue}};
  for (const Case& c : cases) {
    CapturedStderr captured;
    nothing<<<c.grid, c.block, c.shared>>>();
    const std::string text = captured.text();
    CAPTURE(c.grid.x, c.block.x, c.block.y, c.shared, text);
    CHECK(cudaGetLastError() == c.error);
    CHECK(cudaGetLastError() == cudaSuccess);
    CHECK(cudaDeviceSynchronize() == cudaSuccess);
    CHECK(contains(text, "nothing"));
  }
  nothing<<<1, dim3(16, 1, 64)>>>();
  CHECK(cudaGetLastError() == cudaSuccess);
}

TEST_CASE("a kernel may have more dynamic shared memory once it has asked for it, up to 99 KiB") {
  const FreshDevice device;
  int* out = to_device(std::vector<int>(1024, 0));
  constexpr int kBytes = 90 * 1024;
  {
    const CapturedStderr silence;
    use_dynamic<<<1, 1024, kBytes>>>(out);
    REQUIRE(cudaGetLastError() == cudaErrorInvalidValue);
  }
  REQUIRE(cudaFuncSetAttribute(use_dynamic, cudaFuncAttributeMaxDynamicSharedMemorySize, 100 * 1024) ==
          cudaErrorInvalidValue);
  cudaGetLastError();
  REQUIRE(cudaFuncSetAttribute((const void*)use_dynamic, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               kBytes) == cudaSuccess);
  use_dynamic<<<1, 1024, kBytes>>>(out);
  REQUIRE(cudaGetLastError() == cudaSuccess);
  REQUIRE(to_host(out, 1024)[0] == 1023);
}

TEST_CASE("more than 48 KiB of static shared memory is refused with the array's name") {
  const FreshDevice device;
  int* out = to_device(std::vector<int>(1, 0));
  CapturedStderr captured;
  too_much_static<<<1, 32>>>(out);
  const std::string text = captured.text();
  CHECK(cudaGetLastError() == cudaErrorLaunchOutOfResources);
  CHECK(contains(text, "'large'"));
  CHECK(cudaDeviceSynchronize() == cudaSuccess);
}

TEST_CASE("a kernel launched through a pointer gets its arguments from an array") {
  const FreshDevice device;
  unsigned count = 100;
  unsigned* out = to_device(std::vector<unsigned>(count, 0));
  void* arguments[] = {&out, &count};
  REQUIRE(cudaLaunchKernel((void*)write_index, dim3(4), dim3(32), arguments, 0, nullptr) == cudaSuccess);
  REQUIRE(to_host(out, count)[99] == 99);
}

TEST_CASE("a kernel that is given a host pointer is refused") {
  const FreshDevice device;
  std::vector<unsigned> host(32);
  CapturedStderr captured;
  write_index<<<1, 32>>>(host.data(), 32u);
  const std::string text = captured.text();
  CHECK(take_device_error() == cudaErrorIllegalAddress);
  CHECK(contains(text, "write_index"));
  CHECK(contains(text, "cudaMalloc"));
  CHECK(host[31] == 0);
}
