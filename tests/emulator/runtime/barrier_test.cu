#include "support.h"

__global__ void reverse_in_block(int* data) {
  __shared__ int tile[1024];
  tile[threadIdx.x] = data[blockIdx.x * blockDim.x + threadIdx.x];
  __syncthreads();
  data[blockIdx.x * blockDim.x + threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x];
}

__global__ void count_votes(int* out, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const int count = __syncthreads_count(static_cast<int>(threadIdx.x) < round);
    const int all = __syncthreads_and(static_cast<int>(threadIdx.x) < round);
    const int any = __syncthreads_or(static_cast<int>(threadIdx.x) < round);
    if (threadIdx.x == blockDim.x - 1) out[round] = count * 4 + (all != 0) * 2 + (any != 0);
  }
}

__global__ void leaves_before(int* data) {
  if (threadIdx.x >= 20) return;
  __syncthreads();  // some have left
  data[threadIdx.x] = 1;
}
__global__ void leaves_while_others_wait(int* data) {
  if (threadIdx.x < 20) __syncthreads();  // some wait
  data[threadIdx.x] = 1;
}
__global__ void two_barriers(int* data) {
  if (threadIdx.x % 2 == 0) {
    __syncthreads();  // even
    data[threadIdx.x] = 1;
  } else {
    __syncthreads();  // odd
    data[threadIdx.x] = 2;
  }
}
__global__ void barrier_and_warp(int* data) {
  if (threadIdx.x < 16) {
    __syncthreads();  // block
  } else {
    __syncwarp();  // warp
  }
  data[threadIdx.x] = 1;
}

TEST_CASE("a barrier makes a block's writes visible to the block, for any block size") {
  const FreshDevice device;
  for (const auto schedule :
       {emulator::Schedule::kForward, emulator::Schedule::kReverse, emulator::Schedule::kRandom}) {
    emulator::set_schedule(schedule, 7);
    for (const int block : {1, 2, 31, 32, 33, 255, 1000, 1024}) {
      const int blocks = 5;
      std::vector<int> host(blocks * block);
      for (int i = 0; i < blocks * block; ++i) host[i] = i;
      int* data = to_device(host);
      reverse_in_block<<<blocks, block>>>(data);
      const auto result = to_host(data, host.size());
      CAPTURE(block, static_cast<int>(schedule));
      for (int i = 0; i < blocks * block; ++i)
        REQUIRE(result[i] == i / block * block + block - 1 - i % block);
    }
  }
}

TEST_CASE("barriers with votes count, and combine, the predicates of all threads") {
  const FreshDevice device;
  const int threads = 45;
  int* out = to_device(std::vector<int>(threads + 1, -1));
  count_votes<<<1, threads>>>(out, threads + 1);
  const auto host = to_host(out, threads + 1);
  for (int round = 0; round <= threads; ++round) {
    REQUIRE(host[round] == round * 4 + (round == threads) * 2 + (round > 0));
  }
}

namespace {

std::string failure_of(void (*kernel)(int*)) {
  int* data = to_device(std::vector<int>(64, 0));
  CapturedStderr captured;
  kernel<<<2, 32>>>(data);
  return captured.text();
}

}  // namespace

TEST_CASE("a thread that left before a barrier is reported with the barrier's line") {
  const FreshDevice device;
  const std::string text = failure_of(leaves_before);
  CAPTURE(text);
  CHECK(take_device_error() == cudaErrorLaunchFailure);
  CHECK(contains(text, "divergent barrier"));
  CHECK(contains(text, place_of(__FILE__, "some have left")));
  CHECK(contains(text, "block ("));
}

TEST_CASE("a thread that leaves while others wait in a barrier is reported with both") {
  const FreshDevice device;
  const std::string text = failure_of(leaves_while_others_wait);
  CAPTURE(text);
  CHECK(take_device_error() == cudaErrorLaunchFailure);
  CHECK(contains(text, "thread (20,0,0)"));
  CHECK(contains(text, "20 of 32 threads"));
  CHECK(contains(text, place_of(__FILE__, "some wait")));
}

TEST_CASE("threads of a block in two barriers are reported with both lines") {
  const FreshDevice device;
  const std::string text = failure_of(two_barriers);
  CAPTURE(text);
  CHECK(take_device_error() == cudaErrorLaunchFailure);
  CHECK(contains(text, place_of(__FILE__, "even")));
  CHECK(contains(text, place_of(__FILE__, "odd")));
}

TEST_CASE("threads that wait for each other in different ways are reported, each group with its line") {
  const FreshDevice device;
  const std::string text = failure_of(barrier_and_warp);
  CAPTURE(text);
  CHECK(take_device_error() == cudaErrorLaunchFailure);
  CHECK(contains(text, "16 of 32 threads in __syncthreads() at"));
  CHECK(contains(text, place_of(__FILE__, "block")));
  CHECK(contains(text, "16 of 32 threads in __syncwarp with mask 0xffffffff at"));
  CHECK(contains(text, place_of(__FILE__, "warp")));
}

TEST_CASE(
    "after a failed kernel every call returns its error until the device is reset, and kernels run again") {
  const FreshDevice device;
  failure_of(two_barriers);
  int* memory = nullptr;
  CHECK(cudaGetLastError() == cudaErrorLaunchFailure);
  CHECK(cudaMalloc(&memory, 16) == cudaErrorLaunchFailure);
  CHECK(cudaDeviceSynchronize() == cudaErrorLaunchFailure);
  reverse_in_block<<<1, 1>>>(memory);
  CHECK(cudaPeekAtLastError() == cudaErrorLaunchFailure);
  CHECK(cudaDeviceReset() == cudaSuccess);
  int* data = to_device(std::vector<int>{1, 2, 3});
  reverse_in_block<<<1, 3>>>(data);
  CHECK(to_host(data, 3) == std::vector<int>{3, 2, 1});
}
