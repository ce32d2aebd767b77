// Stream compaction with one atomic per warp: votes, match and coalesced groups choose who asks for all.
#include <cooperative_groups.h>

#include <algorithm>

#include "program.h"

namespace cg = cooperative_groups;

__device__ int atomicAggInc(int* ctr) {
  auto g = cg::coalesced_threads();
  int warp_res;
  if (g.thread_rank() == 0) warp_res = atomicAdd(ctr, g.size());
  return g.shfl(warp_res, 0) + g.thread_rank();
}

__global__ void filter_groups(int* dst, int* nres, const int* src, int n) {
  int i = threadIdx.x + blockIdx.x * blockDim.x;
  if (i >= n) return;
  if (src[i] > 0) dst[atomicAggInc(nres)] = src[i];
}

__global__ void filter_ballot(int* dst, int* nres, const int* src, int n) {
  const int i = threadIdx.x + blockIdx.x * blockDim.x, lane = threadIdx.x % 32;
  const bool keep = i < n && src[i] > 0;
  const unsigned votes = __ballot_sync(0xffffffff, keep);
  if (votes == 0) return;
  const int leader = __ffs(votes) - 1;
  int base = 0;
  if (lane == leader) base = atomicAdd(nres, __popc(votes));
  base = __shfl_sync(0xffffffff, base, leader);
  if (keep) dst[base + __popc(votes & ((1u << lane) - 1))] = src[i];
}

// Equal keys of a warp add up first; the lowest lane of each key adds for all of them.
__global__ void count_by_key(const int* keys, int n, int* counts) {
  const int i = threadIdx.x + blockIdx.x * blockDim.x;
  const unsigned active = __ballot_sync(0xffffffffu, i < n);
  if (i >= n) return;
  const unsigned same = __match_any_sync(active, keys[i]);
  if (__ffs(same) - 1 == threadIdx.x % 32) atomicAdd(&counts[keys[i]], __popc(same));
}

__global__ void check_votes(const int* src, int n, int* results) {
  const int i = threadIdx.x, value = src[i % n];
  int all_equal_value = 0;
  const unsigned matching = __match_all_sync(0xffffffffu, 7, &all_equal_value);
  const int bits = (__all_sync(~0u, value >= -100) ? 1 : 0) | (__any_sync(~0u, value > 100) ? 2 : 0) |
                   (matching == ~0u && all_equal_value ? 4 : 0) | (__activemask() == ~0u ? 8 : 0) |
                   (__reduce_max_sync(~0u, threadIdx.x % 32) == 31 ? 16 : 0) |
                   (__syncthreads_count(i % 2 == 0) == blockDim.x / 2 ? 32 : 0) |
                   (__syncthreads_and(i >= 0) && !__syncthreads_and(i > 0) ? 64 : 0) |
                   (__syncthreads_or(i == 5) ? 128 : 0);
  results[i] = bits;
}

int main() {
  const int n = 5003, keys = 13;
  const auto src = random_ints(n, -100, 100), key = random_ints(n, 0, keys - 1);
  std::vector<int> expected, counts(keys, 0);
  for (int value : src)
    if (value > 0) expected.push_back(value);
  std::sort(expected.begin(), expected.end());
  for (int k : key) ++counts[k];
  DeviceArray<int> dsrc(src), dkey(key), dst(n), nres(1), dcounts(keys);
  bool ok = true;
  const auto check = [&](const char* name) {
    CHECK_LAUNCH();
    std::vector<int> got = dst.download();
    got.resize(std::min<std::size_t>(n, std::max(0, nres.download()[0])));
    std::sort(got.begin(), got.end());
    ok &= all_equal(name, got, expected);
    nres.clear();
    dst.poison();
  };
  nres.clear();
  filter_groups<<<ceil_div(n, 128), 128>>>(dst, nres, dsrc, n);
  check("coalesced groups");
  filter_ballot<<<ceil_div(n, 128), 128>>>(dst, nres, dsrc, n);
  check("ballot");
  dcounts.clear();
  count_by_key<<<ceil_div(n, 96), 96>>>(dkey, n, dcounts);
  CHECK_LAUNCH();
  ok &= all_equal("match", dcounts.download(), counts);
  check_votes<<<1, 64>>>(dsrc, n, dst);
  CHECK_LAUNCH();
  std::vector<int> votes = dst.download();
  votes.resize(64);
  ok &= all_equal("votes", votes, std::vector<int>(64, 1 | 4 | 8 | 16 | 32 | 64 | 128));
  return verdict(ok);
}
