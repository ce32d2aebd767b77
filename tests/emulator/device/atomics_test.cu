#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "device_vector.h"
#include "support/catch.h"

// Many blocks, so that several operating-system threads meet at the same address.
constexpr int kBlocks = 37, kThreads = 129, kCount = kBlocks * kThreads;

namespace {

__device__ int global_index() { return static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); }

template <typename T>
__global__ void add_one(T* sum) {
  for (int i = 0; i < 20; ++i) atomicAdd(sum, T(1));
}

/// Long enough that blocks on different operating-system threads run at the same time.
template <typename T>
__global__ void add_and_raise(T* sum, int* greatest, int times) {
  for (int i = 0; i < times; ++i) {
    atomicAdd(sum, T(1));
    atomicMax(greatest + i % 64, i);
  }
}

template <typename T>
__global__ void add_pairs(T* sum) {
  atomicAdd(sum, T{1, 2});
}

/// The old values must be 0, 1, 2, ... in some order: each addition saw every other one exactly once.
__global__ void take_ticket(unsigned* counter, unsigned* tickets) {
  tickets[global_index()] = atomicAdd(counter, 1u);
}

struct Results {
  int least, greatest, subtracted;
  unsigned least_unsigned, greatest_unsigned, ands, ors, xors, incremented, decremented;
  long long least_64, greatest_64;
  unsigned long long sum_64, or_64, greatest_unsigned_64;
};

__device__ long long scattered(int i) {
  return (static_cast<long long>(i) * 7919 % 10007 - 5000) * 1000003ll;
}

__global__ void all_operations(Results* r) {
  const int i = global_index();
  atomicMin(&r->least, static_cast<int>(scattered(i) >> 8));
  atomicMax(&r->greatest, static_cast<int>(scattered(i) >> 8));
  atomicMin(&r->least_unsigned, static_cast<unsigned>(scattered(i) >> 8));
  atomicMax(&r->greatest_unsigned, static_cast<unsigned>(scattered(i) >> 8));
  atomicMin(&r->least_64, scattered(i));
  atomicMax(&r->greatest_64, scattered(i));
  atomicMax(&r->greatest_unsigned_64, static_cast<unsigned long long>(scattered(i)));
  atomicSub(&r->subtracted, 3);
  atomicAnd(&r->ands, ~(1u << i % 16));
  atomicOr(&r->ors, 1u << i % 31);
  atomicXor(&r->xors, static_cast<unsigned>(i));
  atomicInc(&r->incremented, 99u);
  atomicDec(&r->decremented, 99u);
  atomicAdd_system(&r->sum_64, 1ull << 33);
  atomicOr_block(&r->or_64, 1ull << i % 64);
}

/// Every thread adds 1 to a number that only the lock protects.
__global__ void increment_under_lock(int* lock, volatile int* number) {
  while (atomicCAS(lock, 0, 1) != 0) {
  }
  __threadfence();
  *number = *number + 1;
  __threadfence();
  atomicExch(lock, 0);
}

/// A float maximum the way CUDA programs write it.
__global__ void maximum_by_cas(float* maximum) {
  const float value = static_cast<float>(global_index() * 31 % 1009);
  auto* bits = reinterpret_cast<int*>(maximum);
  int old = *bits, assumed;
  do {
    assumed = old;
    old = atomicCAS(bits, assumed, __float_as_int(fmaxf(value, __int_as_float(assumed))));
  } while (assumed != old);
}

/// Threads of one block wait for each other through memory, without a barrier.
__global__ void wait_for_all(int* arrived, int* seen) {
  atomicAdd(arrived, 1);
  while (atomicAdd(arrived, 0) < static_cast<int>(blockDim.x)) {
  }
  seen[threadIdx.x] = atomicAdd(arrived, 0);
}

__global__ void exchange(float* value, unsigned short* small) {
  atomicExch(value, 2.5f);
  atomicCAS(small, static_cast<unsigned short>(7), static_cast<unsigned short>(9));
  atomicCAS(small + 1, static_cast<unsigned short>(7), static_cast<unsigned short>(9));
}

template <typename T>
T sum_of_ones() {
  DeviceVector<T> sum(std::vector<T>(1, T(0)));
  add_one<<<kBlocks, kThreads>>>(sum.data());
  return sum.to_host()[0];
}

}  // namespace

TEST_CASE("atomicAdd loses no addition in any type") {
  CHECK(sum_of_ones<int>() == 20 * kCount);
  CHECK(sum_of_ones<unsigned>() == 20u * kCount);
  CHECK(sum_of_ones<unsigned long long>() == 20ull * kCount);
  CHECK(sum_of_ones<float>() == 20.0f * kCount);
  CHECK(sum_of_ones<double>() == 20.0 * kCount);
  // Ones stop changing a 16-bit float where its digits end.
  CHECK(static_cast<float>(sum_of_ones<__half>()) == 2048.0f);
  CHECK(static_cast<float>(sum_of_ones<__nv_bfloat16>()) == 256.0f);
}

TEMPLATE_TEST_CASE(
    "atomics that are loops over compare-and-swap lose nothing between operating-system threads", "", float,
    double) {
  const int times = 20000;
  DeviceVector<TestType> sum(1);
  DeviceVector<int> greatest(64, -1);
  add_and_raise<<<16, 32>>>(sum.data(), greatest.data(), times);
  CHECK(sum.to_host()[0] == TestType(16 * 32 * times));
  int wrong = 0;
  for (int i = 0; i < 64; ++i)
    wrong += greatest.to_host()[static_cast<std::size_t>(i)] != times - 1 - (times - 1 - i) % 64;
  CHECK(wrong == 0);
}

TEST_CASE("atomicAdd adds vectors element by element") {
  DeviceVector<float2> pair(1, float2{});
  add_pairs<<<kBlocks, kThreads>>>(pair.data());
  CHECK((pair.to_host()[0].x == kCount && pair.to_host()[0].y == 2.0f * kCount));
  DeviceVector<__half2> halves(1, __half2(__half(0), __half(0)));
  add_pairs<<<1, 100>>>(halves.data());
  CHECK((__low2float(halves.to_host()[0]) == 100.0f && __high2float(halves.to_host()[0]) == 200.0f));
}

TEST_CASE("atomicAdd returns each old value once") {
  DeviceVector<unsigned> counter(1), tickets(kCount);
  take_ticket<<<kBlocks, kThreads>>>(counter.data(), tickets.data());
  std::vector<unsigned> got = tickets.to_host(), expected(kCount);
  std::sort(got.begin(), got.end());
  std::iota(expected.begin(), expected.end(), 0u);
  CHECK(got == expected);
}

TEST_CASE("every atomic operation agrees with a loop") {
  Results start = {};
  start.ands = 0xffffffffu;
  start.least_unsigned = 0xffffffffu;
  Results expected = start;
  const auto scatter = [](int i) { return (static_cast<long long>(i) * 7919 % 10007 - 5000) * 1000003ll; };
  for (int i = 0; i < kCount; ++i) {
    const long long wide = scatter(i);
    const int value = static_cast<int>(wide >> 8);
    expected.least = std::min(expected.least, value);
    expected.greatest = std::max(expected.greatest, value);
    expected.least_unsigned = std::min(expected.least_unsigned, static_cast<unsigned>(value));
    expected.greatest_unsigned = std::max(expected.greatest_unsigned, static_cast<unsigned>(value));
    expected.least_64 = std::min(expected.least_64, wide);
    expected.greatest_64 = std::max(expected.greatest_64, wide);
    expected.greatest_unsigned_64 =
        std::max(expected.greatest_unsigned_64, static_cast<unsigned long long>(wide));
    expected.subtracted -= 3;
    expected.ands &= ~(1u << i % 16);
    expected.ors |= 1u << i % 31;
    expected.xors ^= static_cast<unsigned>(i);
    expected.incremented = expected.incremented >= 99 ? 0 : expected.incremented + 1;
    expected.decremented = expected.decremented == 0 ? 99 : expected.decremented - 1;
    expected.sum_64 += 1ull << 33;
    expected.or_64 |= 1ull << i % 64;
  }
  DeviceVector<Results> results(1, start);
  all_operations<<<kBlocks, kThreads>>>(results.data());
  const Results got = results.to_host()[0];
  CHECK((got.least == expected.least && got.greatest == expected.greatest &&
         got.subtracted == expected.subtracted));
  CHECK(
      (got.least_unsigned == expected.least_unsigned && got.greatest_unsigned == expected.greatest_unsigned));
  CHECK((got.least_64 == expected.least_64 && got.greatest_64 == expected.greatest_64));
  CHECK((got.sum_64 == expected.sum_64 && got.or_64 == expected.or_64));
  CHECK(got.greatest_unsigned_64 == expected.greatest_unsigned_64);
  CHECK((got.ands == expected.ands && got.ors == expected.ors && got.xors == expected.xors));
  CHECK((got.incremented == expected.incremented && got.decremented == expected.decremented));
}

TEST_CASE("a spin lock lets every thread in, one at a time") {
  DeviceVector<int> lock(1), number(1);
  increment_under_lock<<<9, 65>>>(lock.data(), number.data());
  CHECK(number.to_host()[0] == 9 * 65);
}

TEST_CASE("a loop over atomicCAS builds any atomic") {
  DeviceVector<float> maximum(1, -1.0f);
  maximum_by_cas<<<kBlocks, kThreads>>>(maximum.data());
  CHECK(maximum.to_host()[0] == 1008.0f);
}

TEST_CASE("threads that poll a counter see each other arrive") {
  DeviceVector<int> arrived(1), seen(200);
  wait_for_all<<<1, 200>>>(arrived.data(), seen.data());
  CHECK(seen.to_host() == std::vector<int>(200, 200));
}

TEST_CASE("exchange stores, compare-and-swap stores where it finds what it expects") {
  DeviceVector<float> value(1);
  DeviceVector<unsigned short> small(std::vector<unsigned short>{7, 8});
  exchange<<<1, 1>>>(value.data(), small.data());
  CHECK(value.to_host()[0] == 2.5f);
  CHECK(small.to_host() == std::vector<unsigned short>{9, 8});
}
