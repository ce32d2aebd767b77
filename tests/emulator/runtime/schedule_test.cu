#include <algorithm>
#include <set>

#include "support.h"

__device__ int turn;

/// Notes when each thread ran, before and after a barrier.
__global__ void note_turns(int* before, int* after) {
  before[threadIdx.x] = turn++;
  __syncthreads();
  after[threadIdx.x] = turn++;
}

/// Without the barrier that it needs: right only in one order.
__global__ void race(int* out) {
  __shared__ int tile[64];
  tile[threadIdx.x] = threadIdx.x;
  out[threadIdx.x] = tile[(threadIdx.x + 63) % 64];
}

__global__ void note_block_turn(int* out) {
  if (threadIdx.x == 0) out[blockIdx.x] = atomicAdd(&turn, 1);
}

namespace {

struct Turns {
  std::vector<int> before, after;
  bool operator==(const Turns& other) const { return before == other.before && after == other.after; }
};

Turns turns(emulator::Schedule schedule, std::uint64_t seed, int threads) {
  emulator::set_schedule(schedule, seed);
  const int zero = 0;
  REQUIRE(cudaMemcpyToSymbol(turn, &zero, sizeof zero) == cudaSuccess);
  int* before = to_device(std::vector<int>(threads, -1));
  int* after = to_device(std::vector<int>(threads, -1));
  note_turns<<<1, threads>>>(before, after);
  return {to_host(before, threads), to_host(after, threads)};
}

bool is_permutation_from(const std::vector<int>& values, int first) {
  const std::set<int> distinct(values.begin(), values.end());
  return distinct.size() == values.size() && *distinct.begin() == first &&
         *distinct.rbegin() == first + static_cast<int>(values.size()) - 1;
}

}  // namespace

TEST_CASE(
    "forward runs the threads of a block in ascending order between barriers, reverse in descending order") {
  const FreshDevice device;
  const int threads = 70;
  const Turns forward = turns(emulator::Schedule::kForward, 0, threads);
  const Turns reverse = turns(emulator::Schedule::kReverse, 0, threads);
  for (int i = 0; i < threads; ++i) {
    REQUIRE(forward.before[i] == i);
    REQUIRE(forward.after[i] == threads + i);
    REQUIRE(reverse.before[i] == threads - 1 - i);
    REQUIRE(reverse.after[i] == 2 * threads - 1 - i);
  }
}

TEST_CASE("random runs every thread once between barriers, in an order that depends on the seed") {
  const FreshDevice device;
  const Turns one = turns(emulator::Schedule::kRandom, 1, 100);
  const Turns two = turns(emulator::Schedule::kRandom, 2, 100);
  CHECK(is_permutation_from(one.before, 0));
  CHECK(is_permutation_from(one.after, 100));
  CHECK(is_permutation_from(two.before, 0));
  CHECK_FALSE(one == two);
  CHECK_FALSE(std::is_sorted(one.before.begin(), one.before.end()));
  CHECK_FALSE(std::is_sorted(one.after.begin(), one.after.end()));
}

TEST_CASE("a race that forward order hides shows in reverse order") {
  const FreshDevice device;
  int* out = to_device(std::vector<int>(64, -1));
  race<<<1, 64>>>(out);
  const auto forward = to_host(out, 64);
  emulator::set_schedule(emulator::Schedule::kReverse);
  race<<<1, 64>>>(out);
  const auto reverse = to_host(out, 64);
  CHECK(forward[1] == 0);
  CHECK(reverse[1] != 0);
}

TEST_CASE("every block runs once in each schedule") {
  const FreshDevice device;
  for (const auto schedule :
       {emulator::Schedule::kForward, emulator::Schedule::kReverse, emulator::Schedule::kRandom}) {
    emulator::set_schedule(schedule, 99);
    for (const int blocks : {1, 2, 3, 97, 1000}) {
      const int zero = 0;
      REQUIRE(cudaMemcpyToSymbol(turn, &zero, sizeof zero) == cudaSuccess);
      int* out = to_device(std::vector<int>(blocks, -1));
      note_block_turn<<<blocks, 32>>>(out);
      CAPTURE(blocks, static_cast<int>(schedule));
      REQUIRE(is_permutation_from(to_host(out, blocks), 0));
      cudaFree(out);
    }
  }
}
