/// @file
/// A thread that leaves a kernel while others count on it is reported with the line where it left.
#include "support.h"

#define LEAVE_IF(condition) \
  if (condition) return

namespace {

struct MayWaitAtTheEnd {
  bool wait;
  __device__ ~MayWaitAtTheEnd() {
    if (wait) __nanosleep(1);  // lets others run
  }
};

__device__ void add_one(int* data) { data[threadIdx.x] += 1; }

}  // namespace

__global__ void returns_at_once(int* data) {
  if (threadIdx.x >= 20) return;  // without braces
  __syncthreads();
  data[threadIdx.x] = 1;
}
__global__ void returns_from_a_loop(int* data) {
  for (int i = 0; i < 40; ++i) {
    const auto next = [&](int x) {
      if (x > 3) return x + 1;
      return x + 1;
    };
    if (next(i) > 30 + static_cast<int>(threadIdx.x)) {
      data[threadIdx.x] = i;
      return;  // in the loop
    }
  }
  __syncthreads();
}
__global__ void returns_from_a_macro(int* data) {
  if (threadIdx.x == 0) return;
  LEAVE_IF(threadIdx.x == 1);
  __syncthreads();  // past the macro
  data[threadIdx.x] = 1;
}
__global__ void returns_a_call(int* data) {
  if (threadIdx.x >= 4) {
    return add_one(  // the call
        data);
  }
  __syncthreads();
}
__global__ void runs_to_its_end(int* data) {
  if (threadIdx.x < 10) {
    if (threadIdx.x % 2 == 0) return;
    __syncthreads();  // odd ones
  }
  data[threadIdx.x] = 1;
}  // the end
template <int kLast>
__global__ void leaves_to_a_shuffle(int* data) {
  if (threadIdx.x == kLast) return;  // the lane
  data[threadIdx.x] = __shfl_down_sync(0xffffffff, 1, 1);
}
__global__ void leaves_two_ways(int* data) {
  if (threadIdx.x < 5) return;  // first way
  LEAVE_IF(threadIdx.x < 8);
  while (atomicAdd(data, 0) == 0) {
  }
}
// Thread 3 waits when it has noted its line, and thread 2 leaves without noting one.
__global__ void destroys_on_its_way(int*) {
  const MayWaitAtTheEnd last{threadIdx.x == 3};
  if (threadIdx.x == 3) return;  // by return
  LEAVE_IF(threadIdx.x == 2);
  __syncthreads();
}

namespace {

/// What is told about `kernel` in blocks of 32 threads, in the given order.
std::string failure_of(void (*kernel)(int*), emulator::Schedule schedule = emulator::Schedule::kForward) {
  emulator::set_schedule(schedule);
  int* data = to_device(std::vector<int>(64, 0));
  CapturedStderr captured;
  kernel<<<1, 32>>>(data);
  return captured.text();
}

}  // namespace

TEST_CASE("a thread that returned before a barrier is reported with the line of its return") {
  const FreshDevice device;
  const std::string text = failure_of(returns_at_once, emulator::Schedule::kReverse);
  CAPTURE(text);
  CHECK(take_device_error() == cudaErrorLaunchFailure);
  CHECK(contains(
      text, "12 of 32 threads of its block have left the kernel, the first of them thread (20,0,0) at "));
  CHECK(contains(text, place_of(__FILE__, "without braces")));
}

TEST_CASE("a thread that returns while others wait in a barrier is reported with the line of its return") {
  const FreshDevice device;
  const std::string text = failure_of(returns_at_once);
  CAPTURE(text);
  CHECK(contains(text, "thread (20,0,0) of block (0,0,0) has left the kernel at "));
  CHECK(contains(text, place_of(__FILE__, "without braces")));
}

TEST_CASE("returns of lambdas are not taken for the kernel's") {
  const FreshDevice device;
  const std::string text = failure_of(returns_from_a_loop, emulator::Schedule::kReverse);
  CAPTURE(text);
  CHECK(contains(text, "thread (9,0,0) of block (0,0,0) has left the kernel at "));
  CHECK(contains(text, place_of(__FILE__, "in the loop")));
}

TEST_CASE("a thread that returned in a macro is reported without a line, and not with another thread's") {
  const FreshDevice device;
  const std::string text = failure_of(returns_from_a_macro, emulator::Schedule::kReverse);
  CAPTURE(text);
  CHECK(contains(text, "thread (1,0,0) of block (0,0,0) has left the kernel,\n  while 30 of 32 threads"));
  CHECK(contains(text, place_of(__FILE__, "past the macro")));
}

TEST_CASE("a thread that returns what a call returns is reported with the line of the return") {
  const FreshDevice device;
  const std::string text = failure_of(returns_a_call);
  CAPTURE(text);
  CHECK(contains(text, "thread (4,0,0) of block (0,0,0) has left the kernel at "));
  CHECK(contains(text, place_of(__FILE__, "the call")));
}

TEST_CASE("a thread that runs to the kernel's end is reported with its closing brace") {
  const FreshDevice device;
  const std::string text = failure_of(runs_to_its_end, emulator::Schedule::kReverse);
  CAPTURE(text);
  CHECK(contains(text, "thread (9,0,0) of block (0,0,0) waits in __syncthreads() at "));
  CHECK(contains(text, place_of(__FILE__, "odd ones")));
  CHECK(contains(
      text, "22 of 32 threads of its block have left the kernel, the first of them thread (10,0,0) at "));
  CHECK(contains(text, place_of(__FILE__, "the end")));
}

TEST_CASE("a warp function that names a lane which has left says where") {
  const FreshDevice device;
  const std::string text = failure_of(leaves_to_a_shuffle<0>);
  CAPTURE(text);
  CHECK(contains(text, "names lane 0 in its mask 0xffffffff, but that thread has left the kernel at "));
  CHECK(contains(text, place_of(__FILE__, "the lane")));
}

TEST_CASE("threads that have left are grouped by where they did") {
  const FreshDevice device;
  emulator::set_timeout(0.5);
  const std::string text = failure_of(leaves_two_ways);
  emulator::set_timeout(30);
  CAPTURE(text);
  CHECK(contains(text, "5 of 32 threads left the kernel at "));
  CHECK(contains(text, place_of(__FILE__, "first way")));
  CHECK(contains(text, "3 of 32 threads left the kernel (the first: thread (5,0,0))"));
}

TEST_CASE("a thread whose destructor waits on its way out is never reported with another's line") {
  const FreshDevice device;
  const std::string text = failure_of(destroys_on_its_way, emulator::Schedule::kReverse);
  CAPTURE(text);
  CHECK(contains(text, "thread (2,0,0) of block (0,0,0) has left the kernel,\n  while 28 of 32 threads"));
}
