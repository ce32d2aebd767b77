#include <cooperative_groups.h>

#include <cuda/atomic>
#include <cuda/barrier>
#include <cuda/pipeline>
#include <utility>
#include <vector>

#include "device_vector.h"
#include "support/catch.h"

namespace cg = cooperative_groups;

namespace {

__global__ void count(int* plain, cuda::atomic<int, cuda::thread_scope_device>* object, int* greatest) {
  cuda::atomic_ref<int, cuda::thread_scope_device> reference(*plain);
  reference.fetch_add(2, cuda::memory_order_relaxed);
  object->fetch_add(1);
  cuda::atomic_ref<int, cuda::thread_scope_device>(*greatest).fetch_max(
      static_cast<int>(threadIdx.x * 7 % 101));
}

/// Thread 0 publishes a number, the others wait for the flag with plain loads of an atomic.
__global__ void publish(int* data, int* seen) {
  __shared__ cuda::atomic<int, cuda::thread_scope_block> flag;
  if (threadIdx.x == blockDim.x - 1) flag.store(0);
  __syncthreads();
  if (threadIdx.x == blockDim.x - 1) {  // the last to start in ascending order
    *data = 42;
    flag.store(1, cuda::memory_order_release);
  }
  while (flag.load(cuda::memory_order_acquire) == 0) {
  }
  seen[threadIdx.x] = *data;
}

/// Neighbours exchange values through a barrier, several phases one after another.
__global__ void rotate(int* values, int rounds) {
  __shared__ cuda::barrier<cuda::thread_scope_block> barrier;
  __shared__ int shared[256];
  const auto block = cg::this_thread_block();
  if (block.thread_rank() == 0) init(&barrier, block.size());
  block.sync();
  const unsigned me = threadIdx.x, next = (me + 1) % blockDim.x;
  shared[me] = values[me];
  for (int round = 0; round < rounds; ++round) {
    auto token = barrier.arrive();
    barrier.wait(std::move(token));
    const int value = shared[next];
    barrier.arrive_and_wait();
    shared[me] = value;
  }
  values[me] = shared[me];
}

constexpr int kStage = 64;

/// Sums a long array through a pipeline of two stages in shared memory.
__global__ void sum_in_stages(const int* values, int stages, int* sums) {
  __shared__ int buffer[2][kStage];
  __shared__ cuda::pipeline_shared_state<cuda::thread_scope_block, 2> state;
  const auto block = cg::this_thread_block();
  auto pipeline = cuda::make_pipeline(block, &state);
  int sum = 0;
  for (int filled = 0, used = 0; used < stages; ++used) {
    for (; filled < stages && filled < used + 2; ++filled) {
      pipeline.producer_acquire();
      cuda::memcpy_async(block, buffer[filled % 2], values + filled * kStage, sizeof(int) * kStage, pipeline);
      pipeline.producer_commit();
    }
    pipeline.consumer_wait();
    sum += buffer[used % 2][(threadIdx.x + 1) % kStage];  // copied by another thread
    pipeline.consumer_release();
  }
  sums[threadIdx.x] = sum;
}

}  // namespace

TEST_CASE("cuda::atomic and cuda::atomic_ref count across blocks") {
  static_assert(sizeof(cuda::atomic<int>) == sizeof(int));
  DeviceVector<int> plain(1), object(1), greatest(1);
  count<<<33, 100>>>(plain.data(),
                     reinterpret_cast<cuda::atomic<int, cuda::thread_scope_device>*>(object.data()),
                     greatest.data());
  CHECK(plain.to_host()[0] == 2 * 3300);
  CHECK(object.to_host()[0] == 3300);
  CHECK(greatest.to_host()[0] == 100);
}

TEST_CASE("threads that load an atomic in a loop let the one they wait for run") {
  DeviceVector<int> data(1), seen(100);
  publish<<<1, 100>>>(data.data(), seen.data());
  CHECK(seen.to_host() == std::vector<int>(100, 42));
}

TEST_CASE("cuda::barrier separates phases") {
  std::vector<int> values(97);
  for (int i = 0; i < 97; ++i) values[static_cast<std::size_t>(i)] = i;
  DeviceVector<int> device(values);
  rotate<<<1, 97>>>(device.data(), 5);
  const std::vector<int> got = device.to_host();
  for (int i = 0; i < 97; ++i) CHECK(got[static_cast<std::size_t>(i)] == (i + 5) % 97);
}

TEST_CASE("cuda::pipeline hands stages from all threads to all threads") {
  const int stages = 9;
  std::vector<int> values(static_cast<std::size_t>(stages * kStage));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int>(i * i % 1009);
  DeviceVector<int> device(values), sums(kStage);
  sum_in_stages<<<1, kStage>>>(device.data(), stages, sums.data());
  const std::vector<int> got = sums.to_host();
  for (int x = 0; x < kStage; ++x) {
    int expected = 0;
    for (int stage = 0; stage < stages; ++stage) {
      expected += values[static_cast<std::size_t>(stage * kStage + (x + 1) % kStage)];
    }
    CHECK(got[static_cast<std::size_t>(x)] == expected);
  }
}
