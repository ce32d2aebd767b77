#include <cooperative_groups.h>
#include <cooperative_groups/memcpy_async.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>
#include <cuda_fp16.h>

#include <vector>

#include "device_vector.h"
#include "support/catch.h"

namespace cg = cooperative_groups;

namespace {

/// Runs a kernel that writes one int per thread of one block of `threads`, [threads][values per thread].
template <typename Launch>
std::vector<int> run(int threads, int values, Launch launch) {
  DeviceVector<int> output(static_cast<std::size_t>(threads * values), -999);
  launch(output.data(), threads);
  return output.to_host();
}

__global__ void describe_block(int* output) {
  const cg::thread_block block = cg::this_thread_block();
  int* mine = output + 8 * block.thread_rank();
  mine[0] = static_cast<int>(block.thread_rank());
  mine[1] = static_cast<int>(block.size());
  mine[2] = static_cast<int>(block.thread_index().x);
  mine[3] = static_cast<int>(block.thread_index().y);
  mine[4] = static_cast<int>(block.dim_threads().x);
  mine[5] = static_cast<int>(block.group_index().x);
  mine[6] = static_cast<int>(cg::this_grid().size());
  mine[7] = static_cast<int>(cg::this_thread().size());
}

template <unsigned kSize>
__global__ void describe_tile(int* output) {
  const auto tile = cg::tiled_partition<kSize>(cg::this_thread_block());
  int* mine = output + 10 * threadIdx.x;
  const int x = static_cast<int>(threadIdx.x);
  mine[0] = static_cast<int>(tile.thread_rank());
  mine[1] = static_cast<int>(tile.meta_group_rank());
  mine[2] = static_cast<int>(tile.meta_group_size());
  mine[3] = tile.shfl(x, 1);
  mine[4] = tile.shfl_down(x, 1);
  mine[5] = tile.shfl_up(x, 2);
  mine[6] = tile.shfl_xor(x, 1);
  mine[7] = static_cast<int>(tile.ballot(x % 3 == 0));
  mine[8] = tile.any(x == 5);
  mine[9] = tile.all(x >= 8);
}

template <unsigned kSize>
void check_tile() {
  constexpr int kThreads = 96, size = static_cast<int>(kSize);
  const std::vector<int> got =
      run(kThreads, 10, [](int* out, int n) { describe_tile<kSize><<<1, n>>>(out); });
  int wrong = 0;
  for (int x = 0; x < kThreads; ++x) {
    const int* mine = got.data() + 10 * x;
    const int first = x / size * size, rank = x - first;
    unsigned ballot = 0;
    for (int r = 0; r < size; ++r) ballot |= static_cast<unsigned>((first + r) % 3 == 0) << r;
    wrong += mine[0] != rank || mine[1] != x / size || mine[2] != kThreads / size;
    wrong += mine[3] != first + 1 % size;
    wrong += mine[4] != (rank + 1 < size ? x + 1 : x) || mine[5] != (rank >= 2 ? x - 2 : x);
    wrong += mine[6] != (size > 1 ? (x ^ 1) : x) || mine[7] != static_cast<int>(ballot);
    wrong += mine[8] != (first <= 5 && 5 < first + size) || mine[9] != (first >= 8);
  }
  INFO("tiles of " << kSize);
  CHECK(wrong == 0);
}

__global__ void reduce_and_scan(const int* values, int* output) {
  const cg::thread_block_tile<16> tile = cg::tiled_partition<16>(cg::this_thread_block());
  const int value = values[threadIdx.x];
  int* mine = output + 8 * threadIdx.x;
  mine[0] = cg::reduce(tile, value, cg::plus<int>());
  mine[1] = cg::reduce(tile, value, cg::less<int>());
  mine[2] = cg::reduce(tile, value, cg::greater<int>());
  mine[3] = cg::reduce(tile, value, cg::bit_xor<int>());
  mine[4] = cg::inclusive_scan(tile, value);
  mine[5] = cg::exclusive_scan(tile, value);
  mine[6] = cg::exclusive_scan(tile, value, cg::greater<int>());
  mine[7] =
      static_cast<int>(cg::reduce(tile, static_cast<float>(value), [](float a, float b) { return a + b; }));
}

__global__ void use_coalesced(int* output) {
  int* mine = output + 6 * threadIdx.x;
  for (int i = 0; i < 6; ++i) mine[i] = -1;
  if (threadIdx.x % 3 == 1) {
    const cg::coalesced_group group = cg::coalesced_threads();
    const int x = static_cast<int>(threadIdx.x);
    mine[0] = static_cast<int>(group.size());
    mine[1] = static_cast<int>(group.thread_rank());
    mine[2] = group.shfl(x, 2);
    mine[3] = group.shfl_down(x, 1);
    mine[4] = static_cast<int>(group.ballot(x > 10));
    mine[5] = cg::reduce(group, x, cg::plus<int>());
  }
}

__global__ void partition_by_label(int* output) {
  const auto warp = cg::tiled_partition<32>(cg::this_thread_block());
  const int x = static_cast<int>(threadIdx.x);
  int* mine = output + 7 * x;
  const cg::coalesced_group same = cg::labeled_partition(warp, x % 5);
  mine[0] = static_cast<int>(same.size());
  mine[1] = static_cast<int>(same.thread_rank());
  mine[2] = static_cast<int>(same.meta_group_size());
  mine[3] = static_cast<int>(same.meta_group_rank());
  const cg::coalesced_group halves = cg::binary_partition(warp, x < 20);
  mine[4] = static_cast<int>(halves.size());
  mine[5] = static_cast<int>(halves.thread_rank());
  mine[6] = static_cast<int>(warp.match_any(x / 7));
}

/// The reduction of CUDA's own introduction to cooperative groups: any group, through shared memory.
__device__ int sum_of(cg::thread_group group, int* shared, int value) {
  const unsigned lane = group.thread_rank();
  for (unsigned i = group.size() / 2; i > 0; i /= 2) {
    shared[lane] = value;
    group.sync();
    if (lane < i) value += shared[lane + i];
    group.sync();
  }
  return value;
}

__global__ void sum_blocks_and_tiles(int* output) {
  __shared__ int shared[64];
  const cg::thread_block block = cg::this_thread_block();
  const int x = static_cast<int>(threadIdx.x);
  const int whole = sum_of(block, shared, x);
  const cg::thread_group tile = cg::tiled_partition(block, 8);
  const int part = sum_of(tile, shared + x / 8 * 8, x);
  output[2 * x] = whole;
  output[2 * x + 1] = part;
}

__global__ void copy_and_invoke(const float* source, int* output) {
  __shared__ float shared[200];
  __shared__ int calls;
  const cg::thread_block block = cg::this_thread_block();
  if (block.thread_rank() == 0) calls = 0;
  block.sync();
  cg::memcpy_async(block, shared, source, sizeof(float) * 199);
  cg::wait(block);
  const auto warp = cg::tiled_partition<32>(block);
  cg::invoke_one(warp, [&] { atomicAdd(&calls, 1); });
  const int seven = cg::invoke_one_broadcast(warp, [] { return 7; });
  block.sync();
  int* mine = output + 3 * block.thread_rank();
  mine[0] = static_cast<int>(shared[block.thread_rank()]);
  mine[1] = calls;
  mine[2] = seven;
}

__global__ void shuffle_types(int* output) {
  struct Wide {
    double a;
    int b[3];
  };
  const auto tile = cg::tiled_partition<8>(cg::this_thread_block());
  const int x = static_cast<int>(threadIdx.x);
  const Wide wide = tile.shfl(Wide{x + 0.5, {x, x + 1, x + 2}}, 3);
  const __half half = tile.shfl_xor(__half(static_cast<float>(x)), 4);
  output[3 * x] = static_cast<int>(2.0 * wide.a);
  output[3 * x + 1] = wide.b[2];
  output[3 * x + 2] = static_cast<int>(static_cast<float>(half));
}

}  // namespace

TEST_CASE("a thread_block knows its shape and the thread's place") {
  const std::vector<int> got = run(60, 8, [](int* out, int) { describe_block<<<1, dim3(10, 6)>>>(out); });
  int wrong = 0;
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 10; ++x) {
      const int* mine = got.data() + 8 * (10 * y + x);
      wrong += mine[0] != 10 * y + x || mine[1] != 60 || mine[2] != x || mine[3] != y || mine[4] != 10;
      wrong += mine[5] != 0 || mine[6] != 60 || mine[7] != 1;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("tiles of every size shuffle, vote and rank") {
  check_tile<1>();
  check_tile<2>();
  check_tile<4>();
  check_tile<8>();
  check_tile<16>();
  check_tile<32>();
}

TEST_CASE("reduce and scans join the values of a tile in order") {
  std::vector<int> values(64);
  for (int i = 0; i < 64; ++i) values[static_cast<std::size_t>(i)] = i * 37 % 101 - 50;
  DeviceVector<int> input(values);
  const std::vector<int> got =
      run(64, 8, [&](int* out, int n) { reduce_and_scan<<<1, n>>>(input.data(), out); });
  int wrong = 0;
  for (int x = 0; x < 64; ++x) {
    const int first = x / 16 * 16;
    int sum = 0, least = 1000, greatest = -1000, xors = 0, inclusive = 0, exclusive = 0,
        greatest_before = INT_MIN;
    for (int i = first; i < first + 16; ++i) {
      const int value = values[static_cast<std::size_t>(i)];
      sum += value, xors ^= value;
      least = value < least ? value : least;
      greatest = value > greatest ? value : greatest;
      if (i <= x) inclusive += value;
      if (i < x) exclusive += value;
      if (i < x && value > greatest_before) greatest_before = value;
    }
    const int* mine = got.data() + 8 * x;
    wrong += mine[0] != sum || mine[1] != least || mine[2] != greatest || mine[3] != xors;
    wrong += mine[4] != inclusive || mine[5] != exclusive || mine[6] != greatest_before || mine[7] != sum;
  }
  CHECK(wrong == 0);
}

TEST_CASE("coalesced threads form a group of their own") {
  const std::vector<int> got = run(64, 6, [](int* out, int n) { use_coalesced<<<1, n>>>(out); });
  int wrong = 0;
  for (int x = 0; x < 64; ++x) {
    std::vector<int> members;  // lanes of x's warp that took the branch
    for (int i = x / 32 * 32; i < x / 32 * 32 + 32; ++i) {
      if (i % 3 == 1) members.push_back(i);
    }
    int rank = 0, sum = 0;
    unsigned ballot = 0;
    for (std::size_t r = 0; r < members.size(); ++r) {
      sum += members[r];
      ballot |= static_cast<unsigned>(members[r] > 10) << r;
      if (members[r] == x) rank = static_cast<int>(r);
    }
    const int* mine = got.data() + 6 * x;
    const int size = static_cast<int>(members.size());
    if (x % 3 != 1) {
      wrong += mine[0] != -1;
      continue;
    }
    wrong += mine[0] != size || mine[1] != rank || mine[2] != members[2];
    wrong += mine[3] != (rank + 1 < size ? members[static_cast<std::size_t>(rank + 1)] : x);
    wrong += mine[4] != static_cast<int>(ballot) || mine[5] != sum;
  }
  CHECK(wrong == 0);
}

TEST_CASE("partitions by label and by predicate") {
  const std::vector<int> got = run(32, 7, [](int* out, int n) { partition_by_label<<<1, n>>>(out); });
  int wrong = 0;
  for (int x = 0; x < 32; ++x) {
    const int* mine = got.data() + 7 * x;
    wrong += mine[0] != (x % 5 < 2 ? 7 : 6) || mine[1] != x / 5 || mine[2] != 5 || mine[3] != x % 5;
    wrong += mine[4] != (x < 20 ? 20 : 12) || mine[5] != (x < 20 ? x : x - 20);
    unsigned same = 0;
    for (int i = 0; i < 32; ++i) same |= static_cast<unsigned>(i / 7 == x / 7) << i;
    wrong += mine[6] != static_cast<int>(same);
  }
  CHECK(wrong == 0);
}

TEST_CASE("a function that takes any group works on blocks and tiles") {
  const std::vector<int> got = run(64, 2, [](int* out, int n) { sum_blocks_and_tiles<<<1, n>>>(out); });
  CHECK(got[0] == 64 * 63 / 2);
  for (int tile = 0; tile < 8; ++tile)
    CHECK(got[static_cast<std::size_t>(16 * tile + 1)] == 8 * 8 * tile + 28);
}

TEST_CASE("memcpy_async copies odd sizes, invoke_one calls once a group") {
  std::vector<float> values(199);
  for (int i = 0; i < 199; ++i) values[static_cast<std::size_t>(i)] = static_cast<float>(i * 3);
  DeviceVector<float> source(values);
  const std::vector<int> got =
      run(96, 3, [&](int* out, int n) { copy_and_invoke<<<1, n>>>(source.data(), out); });
  int wrong = 0;
  for (int x = 0; x < 96; ++x) {
    const int* mine = got.data() + 3 * x;
    wrong += mine[0] != 3 * x || mine[1] != 3 || mine[2] != 7;
  }
  CHECK(wrong == 0);
}

TEST_CASE("tiles shuffle structures and halves") {
  const std::vector<int> got = run(32, 3, [](int* out, int n) { shuffle_types<<<1, n>>>(out); });
  int wrong = 0;
  for (int x = 0; x < 32; ++x) {
    const int source = x / 8 * 8 + 3;
    wrong += got[static_cast<std::size_t>(3 * x)] != 2 * source + 1;
    wrong += got[static_cast<std::size_t>(3 * x + 1)] != source + 2;
    wrong += got[static_cast<std::size_t>(3 * x + 2)] != (x ^ 4);
  }
  CHECK(wrong == 0);
}
