#include <random>

#include "support.h"

template <class T>
__global__ void all_shuffles(const T* in, T* out, int operand, int width) {
  const T value = in[threadIdx.x];
  T* mine = out + threadIdx.x * 4;
  mine[0] = __shfl_sync(0xffffffff, value, operand, width);
  mine[1] = __shfl_up_sync(0xffffffff, value, operand, width);
  mine[2] = __shfl_down_sync(0xffffffff, value, operand, width);
  mine[3] = __shfl_xor_sync(0xffffffff, value, operand, width);
}

__global__ void all_votes(const int* in, unsigned* out) {
  const int value = in[threadIdx.x];
  unsigned* mine = out + threadIdx.x * 6;
  int all_equal = -1;
  mine[0] = __ballot_sync(0xffffffff, value & 1);
  mine[1] = __all_sync(0xffffffff, value & 3) * 2 + __any_sync(0xffffffff, value == 5);
  mine[2] = __match_any_sync(0xffffffff, value);
  mine[3] = __match_all_sync(0xffffffff, value / 1000, &all_equal);
  mine[4] = all_equal * 2 + __uni_sync(0xffffffff, value & 1);
  mine[5] = __reduce_add_sync(0xffffffff, static_cast<unsigned>(value)) +
            __reduce_max_sync(0xffffffff, static_cast<unsigned>(value)) * 1000 +
            __reduce_min_sync(0xffffffff, static_cast<unsigned>(value)) * 100000;
}

__global__ void halves_apart(int* out) {
  // Two groups of lanes with masks of their own, at different lines, several times.
  int value = threadIdx.x;
  if (threadIdx.x < 16) {
    for (int i = 0; i < 5; ++i) value = __shfl_sync(0x0000ffff, value, (threadIdx.x + 1) % 16);
  } else {
    for (int i = 0; i < 3; ++i) value = __shfl_sync(0xffff0000, value, 16 + (threadIdx.x + 1) % 16);
  }
  out[threadIdx.x] = value;
}

__global__ void who_is_active(unsigned* out) {
  if (threadIdx.x % 32 < 10) {
    out[threadIdx.x] = __activemask();
  } else {
    out[threadIdx.x] = __activemask();
  }
}

__global__ void not_in_mask(int* out) { out[threadIdx.x] = __shfl_sync(0x0000000f, 1, 0); }
__global__ void names_exited_lane(int* out) {
  if (threadIdx.x == 5) return;
  out[threadIdx.x] = __shfl_sync(0xffffffff, 1, 0);
}
__global__ void different_lines(int* out) {
  if (threadIdx.x < 16) {
    out[threadIdx.x] = __shfl_sync(0xffffffff, 1, 0);  // lower half
  } else {
    out[threadIdx.x] = __shfl_sync(0xffffffff, 2, 0);  // upper half
  }
}
__global__ void syncwarp_on_two_lines(int* out) {
  if (threadIdx.x < 16) {
    __syncwarp();
  } else {
    __syncwarp();
  }
  out[threadIdx.x] = 1;
}

namespace {

int shuffle_source(int kind, int lane, int operand, int width) {
  const int first = lane / width * width;
  switch (kind) {
    case 0:
      return first + operand % width;
    case 1:
      return lane - operand >= first ? lane - operand : lane;
    case 2:
      return lane + operand < first + width ? lane + operand : lane;
    default:
      return (lane ^ operand) < first + width ? lane ^ operand : lane;
  }
}

template <class T>
void check_shuffles() {
  const FreshDevice device;
  const unsigned seed = 20240501;
  std::mt19937 random(seed);
  std::vector<T> values(64);
  for (T& value : values) value = static_cast<T>(random() % 100000);
  T* in = to_device(values);
  T* out = to_device(std::vector<T>(64 * 4, T(-1)));
  for (const int width : {1, 2, 4, 8, 16, 32}) {
    for (const int operand : {0, 1, 2, 3, 7, 16, 31}) {
      all_shuffles<<<1, 64>>>(in, out, operand, width);
      const auto result = to_host(out, 64 * 4);
      CAPTURE(seed, width, operand);
      for (int thread = 0; thread < 64; ++thread) {
        for (int kind = 0; kind < 4; ++kind) {
          const int source = thread / 32 * 32 + shuffle_source(kind, thread % 32, operand, width);
          REQUIRE(result[thread * 4 + kind] == values[source]);
        }
      }
    }
  }
}

cudaError_t error_of(void (*kernel)(int*), std::string* text) {
  int* out = to_device(std::vector<int>(32, 0));
  CapturedStderr captured;
  kernel<<<1, 32>>>(out);
  *text = captured.text();
  return take_device_error();
}

}  // namespace

TEST_CASE("shuffles of every type read the lane that CUDA says, for every width") {
  check_shuffles<int>();
  check_shuffles<unsigned>();
  check_shuffles<long>();
  check_shuffles<unsigned long long>();
  check_shuffles<float>();
  check_shuffles<double>();
}

TEST_CASE("votes, matches and reductions agree with a loop over the lanes") {
  const FreshDevice device;
  const unsigned seed = 4711;
  std::mt19937 random(seed);
  for (int round = 0; round < 20; ++round) {
    std::vector<int> values(32);
    for (int& value : values) value = static_cast<int>(random() % 8);
    const auto result = [&] {
      int* in = to_device(values);
      unsigned* out = to_device(std::vector<unsigned>(32 * 6, 0xabababab));
      all_votes<<<1, 32>>>(in, out);
      return to_host(out, 32 * 6);
    }();
    unsigned odd = 0, sum = 0, most = 0, least = 8;
    bool all = true, any = false;
    for (int lane = 0; lane < 32; ++lane) {
      const unsigned value = static_cast<unsigned>(values[lane]);
      odd |= (value & 1) << lane;
      all &= (value & 3) != 0;
      any |= value == 5;
      sum += value;
      most = std::max(most, value);
      least = std::min(least, value);
    }
    CAPTURE(seed, round);
    for (int lane = 0; lane < 32; ++lane) {
      unsigned same = 0;
      for (int other = 0; other < 32; ++other) same |= (values[other] == values[lane] ? 1u : 0u) << other;
      REQUIRE(result[lane * 6 + 0] == odd);
      REQUIRE(result[lane * 6 + 1] == (all ? 2u : 0u) + (any ? 1u : 0u));
      REQUIRE(result[lane * 6 + 2] == same);
      REQUIRE(result[lane * 6 + 3] == 0xffffffff);
      REQUIRE(result[lane * 6 + 4] == 2u + (odd == 0 || odd == ~0u ? 1u : 0u));
      REQUIRE(result[lane * 6 + 5] == sum + most * 1000 + least * 100000);
    }
  }
}

TEST_CASE("groups of lanes with masks of their own do not wait for each other") {
  const FreshDevice device;
  int* out = to_device(std::vector<int>(32, -1));
  halves_apart<<<1, 32>>>(out);
  REQUIRE(take_device_error() == cudaSuccess);
  const auto host = to_host(out, 32);
  for (int i = 0; i < 32; ++i) REQUIRE(host[i] == (i < 16 ? (i + 5) % 16 : 16 + (i + 3) % 16));
}

TEST_CASE("__activemask names the lanes that came to the same line") {
  const FreshDevice device;
  unsigned* out = to_device(std::vector<unsigned>(40, 0));
  who_is_active<<<1, 40>>>(out);
  const auto host = to_host(out, 40);
  for (int i = 0; i < 40; ++i) {
    const unsigned exist = i < 32 ? ~0u : 0xffu;
    REQUIRE(host[i] == ((i % 32 < 10 ? 0x3ffu : ~0x3ffu) & exist));
  }
}

TEST_CASE("wrong masks and mixed collectives are reported") {
  const FreshDevice device;
  std::string text;
  CHECK(error_of(not_in_mask, &text) == cudaErrorLaunchFailure);
  CHECK(contains(text, "lane 4"));
  FreshDevice::reset();
  CHECK(error_of(names_exited_lane, &text) == cudaErrorLaunchFailure);
  CHECK(contains(text, "lane 5"));
  CHECK(contains(text, "has left the kernel"));
  FreshDevice::reset();
  CHECK(error_of(different_lines, &text) == cudaErrorLaunchFailure);
  CHECK(contains(text, "different collectives"));
  CHECK(contains(text, place_of(__FILE__, "lower half")));
  CHECK(contains(text, place_of(__FILE__, "upper half")));
}

TEST_CASE("__syncwarp may be on several lines") {
  const FreshDevice device;
  std::string text;
  CHECK(error_of(syncwarp_on_two_lines, &text) == cudaSuccess);
}
