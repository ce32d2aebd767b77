#include <cuda_runtime.h>

#include <vector>

#include "device_vector.h"
#include "support/catch.h"

namespace {

/// Each block waits for the one before it.
__global__ void in_turn(volatile int* turn, int* order) {
  if (threadIdx.x == 0) {
    while (*turn != static_cast<int>(blockIdx.x)) {
    }
    order[blockIdx.x] = static_cast<int>(blockIdx.x);
    __threadfence();
    *turn = static_cast<int>(blockIdx.x) + 1;
  }
}

/// Thread 0 waits for thread 5 of its own warp, which starts after it.
__global__ void wait_for_a_later_thread(volatile int* flag, int* result) {
  if (threadIdx.x == 5) flag[0] = 1;
  if (threadIdx.x == 0) {
    // clang-format off
    while (flag[0] == 0);
    // clang-format on
    *result = 7;
  }
}

__global__ void wait_with_a_fence(volatile int* flag, int* result) {
  if (threadIdx.x == 5) flag[0] = 1;
  if (threadIdx.x == 0) {
    int polls = 0;
    while (flag[0] == 0) {
      ++polls;
      __threadfence();
    }
    *result = polls > 0 ? 8 : 9;
  }
}

/// The `while` of a `do` has no body, and what follows it stays as it is.
__global__ void count_down(int* result) {
  int left = 10, steps = 0;
  do {
    --left;
    ++steps;
  } while (left > 0);
  do --left;
  while (left > -10);
  *result = 100 * steps - left;
}

}  // namespace

TEST_CASE("blocks take turns by polling a volatile counter") {
  DeviceVector<int> turn(1), order(50, -1);
  in_turn<<<50, 32>>>(turn.data(), order.data());
  const std::vector<int> got = order.to_host();
  for (int i = 0; i < 50; ++i) CHECK(got[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("a thread that polls a volatile flag lets a later thread of its block set it") {
  DeviceVector<int> flag(1), result(1);
  wait_for_a_later_thread<<<1, 32>>>(flag.data(), result.data());
  CHECK(result.to_host()[0] == 7);
  DeviceVector<int> other_flag(1);
  wait_with_a_fence<<<1, 32>>>(other_flag.data(), result.data());
  CHECK(result.to_host()[0] == 8);
}

TEST_CASE("do loops are not taken for loops that wait") {
  DeviceVector<int> result(1);
  count_down<<<1, 1>>>(result.data());
  CHECK(result.to_host()[0] == 1010);
}
