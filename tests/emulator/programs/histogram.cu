// A histogram of bytes: atomics in global memory, in shared memory, and one copy per warp.
#include <cstdint>

#include "program.h"

constexpr int kBins = 256;

__global__ void in_global(const uint8_t* data, int n, unsigned* bins) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) atomicAdd(&bins[data[i]], 1u);
}

__global__ void in_shared(const uint8_t* data, int n, unsigned* bins) {
  __shared__ unsigned local[kBins];
  for (int bin = threadIdx.x; bin < kBins; bin += blockDim.x) local[bin] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    atomicAdd(local + data[i], 1);
  __syncthreads();
  for (int bin = threadIdx.x; bin < kBins; bin += blockDim.x)
    if (local[bin] != 0) atomicAdd(&bins[bin], local[bin]);
}

template <int kWarps>
__global__ void per_warp(const uchar4* data, int n4, unsigned* bins) {
  __shared__ unsigned local[kWarps][kBins];
  unsigned* mine = local[threadIdx.x / 32];
  for (int bin = threadIdx.x % 32; bin < kBins; bin += 32) mine[bin] = 0;
  __syncwarp();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n4; i += gridDim.x * blockDim.x) {
    const uchar4 four = data[i];
    atomicAdd(&mine[four.x], 1u);
    atomicAdd(&mine[four.y], 1u);
    atomicAdd(&mine[four.z], 1u);
    atomicAdd(&mine[four.w], 1u);
  }
  __syncthreads();
  for (int bin = threadIdx.x; bin < kBins; bin += blockDim.x) {
    unsigned sum = 0;
    for (int warp = 0; warp < kWarps; ++warp) sum += local[warp][bin];
    atomicAdd(&bins[bin], sum);
  }
}

int main() {
  const int n = 100'003;
  std::vector<uint8_t> data(n);
  std::vector<unsigned> expected(kBins, 0), expected4(kBins, 0);
  for (int i = 0; i < n; ++i) {
    data[i] = static_cast<uint8_t>(random_engine()() & random_engine()());  // far from uniform
    ++expected[data[i]];
    if (i < n / 4 * 4) ++expected4[data[i]];
  }
  DeviceArray<uint8_t> device(data);
  DeviceArray<unsigned> bins(kBins);
  bool ok = true;
  bins.clear();
  in_global<<<ceil_div(n, 256), 256>>>(device, n, bins);
  CHECK_LAUNCH();
  ok &= all_equal("global", bins.download(), expected);
  bins.clear();
  in_shared<<<13, 192>>>(device, n, bins);
  CHECK_LAUNCH();
  ok &= all_equal("shared", bins.download(), expected);
  bins.clear();
  per_warp<4><<<7, 128>>>(reinterpret_cast<const uchar4*>(device.get()), n / 4, bins);
  CHECK_LAUNCH();
  ok &= all_equal("per warp", bins.download(), expected4);
  return verdict(ok);
}
