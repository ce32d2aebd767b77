// Threads that wait for each other across warps, blocks and the whole grid.
#include <cooperative_groups.h>

#include "support.h"

__global__ void grid_sums(const int* in, int* partial, int* total) {
  auto grid = cooperative_groups::this_grid();
  int sum = 0;
  for (int i = 0; i < static_cast<int>(blockDim.x); ++i) sum += in[blockIdx.x * blockDim.x + i];
  if (threadIdx.x == 0) partial[blockIdx.x] = sum;
  grid.sync();
  int all = 0;
  for (unsigned block = 0; block < gridDim.x; ++block) all += partial[block];
  grid.sync();
  if (threadIdx.x == 0) total[blockIdx.x] = all;
}

__global__ void locked_increment(int* lock, int* value) {
  bool done = false;
  while (!done) {
    if (atomicCAS(lock, 0, 1) == 0) {
      *value = *value + 1;
      __threadfence();
      atomicExch(lock, 0);
      done = true;
    }
  }
}

__device__ int tickets;

/// Each block waits for the one before it, in the order in which they started.
__global__ void chained_sum(const int* in, int* flags, int* sums) {
  __shared__ int place;
  if (threadIdx.x == 0) place = atomicAdd(&tickets, 1);
  __syncthreads();
  if (threadIdx.x == 0) {
    int before = 0;
    if (place > 0) {
      while (atomicAdd(&flags[place - 1], 0) == 0) {
      }
      before = sums[place - 1];
    }
    sums[place] = before + in[place];
    __threadfence();
    atomicExch(&flags[place], 1);
  }
}

/// Block 0 waits for the last one, which a card would have resident at the same time.
__global__ void first_waits_for_last(int* flag, int* out) {
  if (blockIdx.x == 0) {
    while (atomicAdd(flag, 0) == 0) {
    }
    out[threadIdx.x] = 1;
  } else if (blockIdx.x == gridDim.x - 1 && threadIdx.x == 0) {
    atomicExch(flag, 1);
  }
}

TEST_CASE("a grid-wide barrier holds all blocks of a cooperative launch") {
  const FreshDevice device;
  for (const auto schedule :
       {emulator::Schedule::kForward, emulator::Schedule::kReverse, emulator::Schedule::kRandom}) {
    emulator::set_schedule(schedule, 3);
    for (const int blocks : {1, 2, 7, 96}) {
      const int threads = 50;
      std::vector<int> host(blocks * threads);
      int expected = 0;
      for (std::size_t i = 0; i < host.size(); ++i) expected += host[i] = static_cast<int>(i % 13);
      int* in = to_device(host);
      int* partial = to_device(std::vector<int>(blocks, -1000));
      int* total = to_device(std::vector<int>(blocks, -1));
      void* arguments[] = {&in, &partial, &total};
      REQUIRE(cudaLaunchCooperativeKernel((void*)grid_sums, dim3(blocks), dim3(threads), arguments, 0,
                                          nullptr) == cudaSuccess);
      CAPTURE(blocks, static_cast<int>(schedule));
      REQUIRE(to_host(total, blocks) == std::vector<int>(blocks, expected));
    }
  }
}

TEST_CASE("a cooperative launch that cannot be resident, and a grid barrier without one, are refused") {
  const FreshDevice device;
  CapturedStderr captured;
  int* data = to_device(std::vector<int>(1024, 0));
  void* arguments[] = {&data, &data, &data};
  CHECK(cudaLaunchCooperativeKernel((void*)grid_sums, dim3(17), dim3(1024), arguments, 0, nullptr) ==
        cudaErrorCooperativeLaunchTooLarge);
  CHECK(cudaGetLastError() == cudaErrorCooperativeLaunchTooLarge);
  grid_sums<<<1, 32>>>(data, data, data);
  CHECK(take_device_error() == cudaErrorLaunchFailure);
  CHECK(contains(captured.text(), "cooperative"));
}

TEST_CASE("a spin lock lets all threads through, in every schedule") {
  const FreshDevice device;
  for (const auto schedule :
       {emulator::Schedule::kForward, emulator::Schedule::kReverse, emulator::Schedule::kRandom}) {
    emulator::set_schedule(schedule, 5);
    int* lock = to_device(std::vector<int>(1, 0));
    int* value = to_device(std::vector<int>(1, 0));
    locked_increment<<<20, 33>>>(lock, value);
    REQUIRE(take_device_error() == cudaSuccess);
    REQUIRE(to_host(value, 1)[0] == 20 * 33);
  }
}

TEST_CASE("blocks may wait for blocks that started before them") {
  const FreshDevice device;
  const int blocks = 300, zero = 0;
  for (const auto schedule :
       {emulator::Schedule::kForward, emulator::Schedule::kReverse, emulator::Schedule::kRandom}) {
    emulator::set_schedule(schedule, 8);
    REQUIRE(cudaMemcpyToSymbol(tickets, &zero, sizeof zero) == cudaSuccess);
    int* in = to_device(std::vector<int>(blocks, 2));
    int* flags = to_device(std::vector<int>(blocks, 0));
    int* sums = to_device(std::vector<int>(blocks, 0));
    chained_sum<<<blocks, 40>>>(in, flags, sums);
    REQUIRE(take_device_error() == cudaSuccess);
    const auto result = to_host(sums, blocks);
    for (int i = 0; i < blocks; ++i) REQUIRE(result[i] == 2 * (i + 1));
  }
}

TEST_CASE("a block may wait for a later one that is resident with it") {
  const FreshDevice device;
  int* flag = to_device(std::vector<int>(1, 0));
  int* out = to_device(std::vector<int>(32, 0));
  first_waits_for_last<<<10, 32>>>(flag, out);
  REQUIRE(take_device_error() == cudaSuccess);
  CHECK(to_host(out, 32) == std::vector<int>(32, 1));
}
