#include "support.h"

// Kernels keep their asserts in this test, whatever the build does.
#undef NDEBUG
#include <cassert>

__global__ void write_at(int* out, int index) {
  if (threadIdx.x == 3) out[index] = 1;
}
__global__ void divide(int* out, int by) { out[threadIdx.x] = 100 / by; }
__device__ int recurse(volatile int* data, int depth) {
  volatile int local[64];
  local[depth % 64] = depth;
  return depth == 0 ? 0 : recurse(data, depth - 1) + local[depth % 64] + *data;
}
__global__ void deep(int* out, int depth) { out[0] = recurse(out, depth); }
__global__ void fails_assert(int* out, int) {
  assert(threadIdx.x != 9);
  out[threadIdx.x] = 1;
}
__global__ void traps(int*, int) { __trap(); }
__global__ void spins(int* out, int) {
  while (*reinterpret_cast<volatile int*>(out) == 0) {
  }
}
__global__ void spins_on_lock(int* out, int) {
  while (atomicCAS(out, 1, 2) != 1) {
  }
}
__global__ void no_dynamic_memory(int*, int) {
  extern __shared__ int memory[];
  memory[threadIdx.x] = 1;
}
__global__ void works(int* out, int value) {
  __syncthreads();
  out[threadIdx.x] = value;
}

namespace {

struct Outcome {
  cudaError_t error;
  std::string text;
};

Outcome outcome(void (*kernel)(int*, int), int* out, int argument) {
  CapturedStderr captured;
  kernel<<<3, 64>>>(out, argument);
  return {take_device_error(), captured.text()};
}

/// The card works again after a reset: threads that were left where they stood hold nothing up.
void require_recovery() {
  FreshDevice::reset();
  int* out = to_device(std::vector<int>(64, 0));
  works<<<3, 64>>>(out, 7);
  REQUIRE(cudaDeviceSynchronize() == cudaSuccess);
  REQUIRE(to_host(out, 64) == std::vector<int>(64, 7));
}

}  // namespace

TEST_CASE(
    "an access past the end of an allocation, or to freed memory, ends the kernel and names the thread") {
  const FreshDevice device;
  int* out = to_device(std::vector<int>(1024, 0));
  Outcome result = outcome(write_at, out, 1024);
  CAPTURE(result.text);
  CHECK(result.error == cudaErrorIllegalAddress);
  CHECK(contains(result.text, "thread (3,0,0) of block ("));
  CHECK(contains(result.text, "'kernel' (launched at"));
  CHECK(contains(result.text, "0 bytes past the end of an allocation of 4096 bytes"));
  require_recovery();
  out = to_device(std::vector<int>(1024, 0));
  REQUIRE(cudaFree(out) == cudaSuccess);
  result = outcome(write_at, out, 5);
  CHECK(result.error == cudaErrorIllegalAddress);
  CHECK(contains(result.text, "has been freed"));
  require_recovery();
}

TEST_CASE(
    "a failed assert, a trap and a missing third launch parameter end the kernel with their own errors") {
  const FreshDevice device;
  int* out = to_device(std::vector<int>(64, 0));
  Outcome result = outcome(fails_assert, out, 0);
  CHECK(result.error == cudaErrorAssert);
  CHECK(contains(result.text, "threadIdx.x != 9"));
  CHECK(contains(result.text, "thread (9,0,0)"));
  require_recovery();
  CHECK(outcome(traps, nullptr, 0).error == cudaErrorLaunchFailure);
  require_recovery();
  result = outcome(no_dynamic_memory, nullptr, 0);
  CHECK(result.error == cudaErrorIllegalAddress);
  CHECK(contains(result.text, "third parameter"));
  require_recovery();
}

TEST_CASE("endless recursion ends the kernel and not the program") {
  const FreshDevice device;
  int* out = to_device(std::vector<int>(64, 1));
  const Outcome result = outcome(deep, out, 10000000);
  CAPTURE(result.text);
  CHECK(result.error == cudaErrorHardwareStackError);
  CHECK(contains(result.text, "stack overflow"));
  require_recovery();
}

TEST_CASE("a null pointer and an integer division by zero end the kernel") {
#ifdef UNDEFINED_BEHAVIOR_IS_FATAL
  WARN("skipped: the sanitizers end the program at undefined behavior");
#else
  const FreshDevice device;
  int* out = to_device(std::vector<int>(64, 0));
  Outcome result = outcome(write_at, nullptr, 0);
  CHECK(result.error == cudaErrorIllegalAddress);
  CHECK(contains(result.text, "null pointer"));
  require_recovery();
  out = to_device(std::vector<int>(64, 0));
  result = outcome(divide, out, 0);
  CHECK(result.error == cudaErrorLaunchFailure);
  CHECK(contains(result.text, "divides an integer by zero"));
  require_recovery();
#endif
}

TEST_CASE("a kernel that hangs is ended, and says where its threads are") {
  const FreshDevice device;
  emulator::set_timeout(0.5);
  int* out = to_device(std::vector<int>(64, 0));
  Outcome result = outcome(spins_on_lock, out, 0);
  CAPTURE(result.text);
  CHECK(result.error == cudaErrorLaunchTimeout);
  CHECK(contains(result.text, "hangs"));
  CHECK(contains(result.text, "fault_test.cu:"));
  require_recovery();
  out = to_device(std::vector<int>(64, 0));
  result = outcome(spins, out, 0);
  CHECK(result.error == cudaErrorLaunchTimeout);
  CHECK(contains(result.text, "block (0,0,0)"));
  require_recovery();
  emulator::set_timeout(30);
}
