// Least-significant-digit radix sort, four bits at a time: count, scan, scatter in order.
#include <algorithm>

#include "program.h"

constexpr int kBits = 4, kDigits = 1 << kBits, kThreads = 128;

__global__ void count_digits(const unsigned* keys, int n, int shift, int* counts) {
  __shared__ int local[kDigits];
  if (threadIdx.x < kDigits) local[threadIdx.x] = 0;
  __syncthreads();
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) atomicAdd(&local[keys[i] >> shift & (kDigits - 1)], 1);
  __syncthreads();
  // Digit-major, so that one scan gives every block's place for every digit.
  if (threadIdx.x < kDigits) counts[threadIdx.x * gridDim.x + blockIdx.x] = local[threadIdx.x];
}

__global__ void exclusive_scan(int* data, int n) {
  __shared__ int sums[1024];
  int carry = 0;
  for (int start = 0; start < n; start += blockDim.x) {
    const int i = start + threadIdx.x, value = i < n ? data[i] : 0;
    sums[threadIdx.x] = value;
    for (int offset = 1; offset < blockDim.x; offset *= 2) {
      __syncthreads();
      const int other = threadIdx.x >= offset ? sums[threadIdx.x - offset] : 0;
      __syncthreads();
      sums[threadIdx.x] += other;
    }
    __syncthreads();
    if (i < n) data[i] = carry + sums[threadIdx.x] - value;
    carry += sums[blockDim.x - 1];
    __syncthreads();
  }
}

__global__ void scatter(const unsigned* in, unsigned* out, int n, int shift, const int* offsets) {
  __shared__ int warp_counts[kThreads / 32][kDigits];
  const int i = blockIdx.x * blockDim.x + threadIdx.x, warp = threadIdx.x / 32;
  const unsigned lane_below = (1u << threadIdx.x % 32) - 1;
  for (int digit = threadIdx.x; digit < kDigits * kThreads / 32; digit += blockDim.x)
    warp_counts[digit / kDigits][digit % kDigits] = 0;
  __syncthreads();
  const bool valid = i < n;
  const unsigned key = valid ? in[i] : 0xffffffff;
  const int digit = valid ? key >> shift & (kDigits - 1) : kDigits;  // its own group beyond the end
  const unsigned peers = __match_any_sync(0xffffffff, digit);
  const int rank = __popc(peers & lane_below);
  if (valid && rank == 0) warp_counts[warp][digit] = __popc(peers);
  __syncthreads();
  if (!valid) return;
  int place = offsets[digit * gridDim.x + blockIdx.x] + rank;
  for (int w = 0; w < warp; ++w) place += warp_counts[w][digit];
  out[place] = key;
}

int main() {
  const int n = 10007, blocks = ceil_div(n, kThreads);
  std::vector<unsigned> keys(n);
  for (unsigned& key : keys) key = static_cast<unsigned>(random_engine()());
  DeviceArray<unsigned> a(keys), b(n);
  DeviceArray<int> counts(kDigits * blocks);
  unsigned *in = a, *out = b;
  for (int shift = 0; shift < 32; shift += kBits) {
    count_digits<<<blocks, kThreads>>>(in, n, shift, counts);
    exclusive_scan<<<1, 256>>>(counts, kDigits * blocks);
    scatter<<<blocks, kThreads>>>(in, out, n, shift, counts);
    std::swap(in, out);
  }
  CHECK_LAUNCH();
  std::sort(keys.begin(), keys.end());
  return verdict(all_equal("radix sort", a.download(), keys));
}
