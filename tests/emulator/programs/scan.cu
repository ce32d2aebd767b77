// Prefix sums: Hillis-Steele, Blelloch's work-efficient scan, shuffles, and a scan over many blocks in three
// launches.
#include <numeric>

#include "program.h"

__global__ void hillis_steele(const int* in, int* out, int n) {
  extern __shared__ int buffer[];
  int t = threadIdx.x, from = 0, to = 1;
  buffer[t] = t < n ? in[t] : 0;
  __syncthreads();
  for (int offset = 1; offset < blockDim.x; offset *= 2) {
    const int value = buffer[from * blockDim.x + t];
    buffer[to * blockDim.x + t] = t >= offset ? value + buffer[from * blockDim.x + t - offset] : value;
    from = 1 - from, to = 1 - to;
    __syncthreads();
  }
  if (t < n) out[t] = buffer[from * blockDim.x + t];
}

#define LOG_NUM_BANKS 5
#define CONFLICT_FREE_OFFSET(n) ((n) >> LOG_NUM_BANKS)

__global__ void blelloch(const int* g_idata, int* g_odata, int n) {
  extern __shared__ int temp[];
  int thid = threadIdx.x, offset = 1;
  int ai = thid, bi = thid + n / 2;
  int bankOffsetA = CONFLICT_FREE_OFFSET(ai), bankOffsetB = CONFLICT_FREE_OFFSET(bi);
  temp[ai + bankOffsetA] = g_idata[ai];
  temp[bi + bankOffsetB] = g_idata[bi];
  for (int d = n >> 1; d > 0; d >>= 1) {
    __syncthreads();
    if (thid < d) {
      int a = offset * (2 * thid + 1) - 1, b = offset * (2 * thid + 2) - 1;
      a += CONFLICT_FREE_OFFSET(a), b += CONFLICT_FREE_OFFSET(b);
      temp[b] += temp[a];
    }
    offset *= 2;
  }
  if (thid == 0) temp[n - 1 + CONFLICT_FREE_OFFSET(n - 1)] = 0;
  for (int d = 1; d < n; d *= 2) {
    offset >>= 1;
    __syncthreads();
    if (thid < d) {
      int a = offset * (2 * thid + 1) - 1, b = offset * (2 * thid + 2) - 1;
      a += CONFLICT_FREE_OFFSET(a), b += CONFLICT_FREE_OFFSET(b);
      int t = temp[a];
      temp[a] = temp[b];
      temp[b] += t;
    }
  }
  __syncthreads();
  g_odata[ai] = temp[ai + bankOffsetA];
  g_odata[bi] = temp[bi + bankOffsetB];
}

template <typename T>
__device__ T inclusive_scan_warp(T value) {
  const int lane = threadIdx.x & 31;
#pragma unroll
  for (int offset = 1; offset < 32; offset <<= 1) {
    const T other = __shfl_up_sync(0xffffffffu, value, offset);
    if (lane >= offset) value += other;
  }
  return value;
}

template <typename T>
__global__ void scan_blocks(const T* in, T* out, T* sums, int n) {
  __shared__ T warp_sums[32];
  const int i = blockIdx.x * blockDim.x + threadIdx.x, warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  T value = inclusive_scan_warp(i < n ? in[i] : T(0));
  if (lane == 31) warp_sums[warp] = value;
  __syncthreads();
  if (warp == 0) warp_sums[lane] = inclusive_scan_warp(lane < blockDim.x / 32 ? warp_sums[lane] : T(0));
  __syncthreads();
  if (warp > 0) value += warp_sums[warp - 1];
  if (i < n) out[i] = value;
  if (sums != nullptr && threadIdx.x == blockDim.x - 1) sums[blockIdx.x] = value;
}

template <typename T>
__global__ void add_sums(T* out, const T* sums, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (blockIdx.x > 0 && i < n) out[i] += sums[blockIdx.x - 1];
}

template <typename T>
bool scan_many(const char* name, int n) {
  const std::vector<int> small = random_ints(n, -9, 9);
  const std::vector<T> values(small.begin(), small.end());
  const int threads = 128, blocks = ceil_div(n, threads);
  DeviceArray<T> in(values), out(n), sums(blocks), scanned(blocks);
  scan_blocks<T><<<blocks, threads>>>(in, out, sums, n);
  scan_blocks<T><<<1, ceil_div(blocks, 32) * 32>>>(sums, scanned, NULL, blocks);
  add_sums<<<blocks, threads>>>(out.get(), scanned.get(), n);
  CHECK_LAUNCH();
  std::vector<T> expected(n);
  std::partial_sum(values.begin(), values.end(), expected.begin());
  return all_equal(name, out.download(), expected);
}

int main() {
  bool ok = true;
  const int n = 512;
  const std::vector<int> values = random_ints(n, -100, 100);
  std::vector<int> inclusive(n), exclusive(n);
  std::partial_sum(values.begin(), values.end(), inclusive.begin());
  for (int i = 1; i < n; ++i) exclusive[i] = inclusive[i - 1];
  DeviceArray<int> in(values), out(n);
  hillis_steele<<<1, n, 2 * n * sizeof(int)>>>(in, out, n);
  CHECK_LAUNCH();
  ok &= all_equal("Hillis-Steele", out.download(), inclusive);
  out.poison();
  blelloch<<<1, n / 2, (n + CONFLICT_FREE_OFFSET(n)) * sizeof(int)>>>(in, out, n);
  CHECK_LAUNCH();
  ok &= all_equal("Blelloch", out.download(), exclusive);
  ok &= scan_many<int>("blocks of int", 30001);
  ok &= scan_many<double>("blocks of double", 129);
  ok &= scan_many<long long>("blocks of long long", 4096);
  return verdict(ok);
}
