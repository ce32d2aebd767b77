#include <emulator/counters.h>

#include "support.h"

__global__ void with_shared(int* out) {
  __shared__ int tile[4096];
  tile[threadIdx.x] = threadIdx.x;
  __syncthreads();
  out[blockIdx.x * blockDim.x + threadIdx.x] = tile[threadIdx.x];
  __syncthreads();
}
__global__ void plain(int* out) { out[threadIdx.x] = 1; }

TEST_CASE("error names, codes and texts are CUDA's") {
  CHECK(cudaErrorInvalidValue == 1);
  CHECK(cudaErrorMemoryAllocation == 2);
  CHECK(cudaErrorInvalidConfiguration == 9);
  CHECK(cudaErrorIllegalAddress == 700);
  CHECK(cudaErrorLaunchTimeout == 702);
  CHECK(cudaErrorAssert == 710);
  CHECK(cudaErrorLaunchFailure == 719);
  CHECK(std::string(cudaGetErrorName(cudaErrorIllegalAddress)) == "cudaErrorIllegalAddress");
  CHECK(std::string(cudaGetErrorString(cudaErrorIllegalAddress)) ==
        "an illegal memory access was encountered");
  CHECK(std::string(cudaGetErrorString(cudaSuccess)) == "no error");
  CHECK(std::string(cudaGetErrorString(static_cast<cudaError_t>(12345))) == "unrecognized error code");
}

TEST_CASE("there is one device, whose properties and attributes agree") {
  const FreshDevice device;
  int count = 0, value = 0;
  cudaDeviceProp properties{};
  REQUIRE(cudaGetDeviceCount(&count) == cudaSuccess);
  CHECK(count == 1);
  CHECK(cudaSetDevice(0) == cudaSuccess);
  CHECK(cudaSetDevice(1) == cudaErrorInvalidDevice);
  CHECK(cudaGetLastError() == cudaErrorInvalidDevice);
  REQUIRE(cudaGetDeviceProperties(&properties, 0) == cudaSuccess);
  CHECK(std::string(properties.name) == "Emulated GPU");
  CHECK(properties.warpSize == 32);
  CHECK(properties.maxThreadsPerBlock == 1024);
  CHECK(properties.sharedMemPerBlock == 49152);
  CHECK(properties.sharedMemPerBlockOptin == 99 * 1024);
  const std::pair<cudaDeviceAttr, int> attributes[] = {
      {cudaDevAttrMaxThreadsPerBlock, properties.maxThreadsPerBlock},
      {cudaDevAttrMultiProcessorCount, properties.multiProcessorCount},
      {cudaDevAttrComputeCapabilityMajor, properties.major},
      {cudaDevAttrMaxSharedMemoryPerBlockOptin, 99 * 1024},
      {cudaDevAttrMaxGridDimY, 65535}};
  for (const auto& [attribute, expected] : attributes) {
    REQUIRE(cudaDeviceGetAttribute(&value, attribute, 0) == cudaSuccess);
    CHECK(value == expected);
  }
}

TEST_CASE("occupancy follows from threads, blocks and shared memory") {
  const FreshDevice device;
  int blocks = 0, grid = 0, block = 0;
  REQUIRE(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, plain, 256, 0) == cudaSuccess);
  CHECK(blocks == 6);
  REQUIRE(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, plain, 32, 0) == cudaSuccess);
  CHECK(blocks == 24);
  REQUIRE(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, plain, 128, 30 * 1024) == cudaSuccess);
  CHECK(blocks == 3);
  REQUIRE(cudaOccupancyMaxPotentialBlockSize(&grid, &block, plain, 0, 0) == cudaSuccess);
  CHECK(block == 768);
  CHECK(grid == 2 * 16);
  REQUIRE(cudaOccupancyMaxPotentialBlockSize(&grid, &block, plain, 0, 512) == cudaSuccess);
  CHECK(block == 512);
}

TEST_CASE("a function's attributes tell its static shared memory once it has run") {
  const FreshDevice device;
  int* out = to_device(std::vector<int>(256, 0));
  with_shared<<<2, 128>>>(out);
  cudaFuncAttributes attributes{};
  REQUIRE(cudaFuncGetAttributes(&attributes, with_shared) == cudaSuccess);
  CHECK(attributes.sharedSizeBytes == 16384);
  CHECK(attributes.maxThreadsPerBlock == 1024);
}

TEST_CASE("counters tell launches, threads, barriers and bytes") {
  const FreshDevice device;
  emulator::reset_counters();
  int* out = to_device(std::vector<int>(1000, 0));
  with_shared<<<5, 200>>>(out);
  plain<<<1, 7>>>(out);
  to_host(out, 10);
  const emulator::Counters counters = emulator::counters();
  CHECK(counters.launches == 2);
  CHECK(counters.blocks == 6);
  CHECK(counters.threads == 1007);
  CHECK(counters.barriers == 10);
  CHECK(counters.allocations == 1);
  CHECK(counters.bytes_allocated == 4000);
  CHECK(counters.bytes_host_to_device == 4000);
  CHECK(counters.bytes_device_to_host == 40);
  REQUIRE(counters.last_launches.size() == 2);
  const emulator::LaunchRecord& launch = counters.last_launches[0];
  CHECK(launch.kernel == "with_shared");
  CHECK(launch.grid.x == 5);
  CHECK(launch.block.x == 200);
  CHECK(launch.static_shared_bytes == 16384);
  CHECK(launch.barriers == 10);
  CHECK(launch.occupancy ==
        Approx(5.0 * 200 / 1536));  // five blocks of 16 KiB and 1 KiB reserved fit in 100 KiB
}
