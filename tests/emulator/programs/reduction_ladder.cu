// Sum of an array: from interleaved addressing to shuffles, atomics and cooperative groups.
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>

#include "program.h"

namespace cg = cooperative_groups;

__global__ void reduce0(const float* g_idata, float* g_odata, unsigned n) {
  extern __shared__ float sdata[];
  unsigned tid = threadIdx.x, i = blockIdx.x * blockDim.x + threadIdx.x;
  sdata[tid] = i < n ? g_idata[i] : 0;
  __syncthreads();
  for (unsigned s = 1; s < blockDim.x; s *= 2) {
    if (tid % (2 * s) == 0) sdata[tid] += sdata[tid + s];
    __syncthreads();
  }
  if (tid == 0) g_odata[blockIdx.x] = sdata[0];
}

__global__ void reduce1(const float* g_idata, float* g_odata, unsigned n) {
  extern __shared__ float sdata[];
  unsigned tid = threadIdx.x, i = blockIdx.x * blockDim.x * 2 + threadIdx.x;
  sdata[tid] = (i < n ? g_idata[i] : 0) + (i + blockDim.x < n ? g_idata[i + blockDim.x] : 0);
  __syncthreads();
  for (unsigned s = blockDim.x / 2; s > 0; s >>= 1) {
    if (tid < s) sdata[tid] += sdata[tid + s];
    __syncthreads();
  }
  if (tid == 0) g_odata[blockIdx.x] = sdata[0];
}

// The last warp goes on alone; since Volta it needs __syncwarp between its steps.
template <unsigned blockSize>
__device__ void warpReduce(volatile float* sdata, unsigned tid) {
  float v = sdata[tid];
#define STEP(offset)             \
  if (blockSize >= 2 * offset) { \
    v += sdata[tid + offset];    \
    __syncwarp();                \
    sdata[tid] = v;              \
    __syncwarp();                \
  }
  STEP(32) STEP(16) STEP(8) STEP(4) STEP(2) STEP(1)
#undef STEP
}

template <unsigned blockSize>
__global__ void reduce2(const float* g_idata, float* g_odata, unsigned n) {
  __shared__ float sdata[blockSize + 32];
  unsigned tid = threadIdx.x;
  float mine = 0;
  for (unsigned i = blockIdx.x * blockSize + tid; i < n; i += blockSize * gridDim.x) mine += g_idata[i];
  sdata[tid] = mine;
  if (tid < 32) sdata[blockSize + tid] = 0;
  __syncthreads();
  if (blockSize >= 512) {
    if (tid < 256) {
      sdata[tid] += sdata[tid + 256];
    }
    __syncthreads();
  }
  if (blockSize >= 256) {
    if (tid < 128) {
      sdata[tid] += sdata[tid + 128];
    }
    __syncthreads();
  }
  if (blockSize >= 128) {
    if (tid < 64) {
      sdata[tid] += sdata[tid + 64];
    }
    __syncthreads();
  }
  if (tid < 32) warpReduce<blockSize>(sdata, tid);
  if (tid == 0) g_odata[blockIdx.x] = sdata[0];
}

__inline__ __device__ float warpReduceSum(float val) {
  for (int offset = warpSize / 2; offset > 0; offset /= 2) val += __shfl_down_sync(0xffffffff, val, offset);
  return val;
}

__inline__ __device__ float blockReduceSum(float val) {
  static __shared__ float shared[32];
  int lane = threadIdx.x % warpSize, wid = threadIdx.x / warpSize;
  val = warpReduceSum(val);
  if (lane == 0) shared[wid] = val;
  __syncthreads();
  val = (threadIdx.x < blockDim.x / warpSize) ? shared[lane] : 0;
  if (wid == 0) val = warpReduceSum(val);
  return val;
}

__global__ void reduce_shuffle(const float* in, float* out, unsigned n) {
  float sum = 0;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += blockDim.x * gridDim.x) sum += in[i];
  sum = blockReduceSum(sum);
  if (threadIdx.x == 0) atomicAdd(out, sum);
}

__global__ void reduce_groups(const float* in, float* out, unsigned n) {
  cg::thread_block block = cg::this_thread_block();
  cg::thread_block_tile<32> tile = cg::tiled_partition<32>(block);
  float sum = 0;
  for (unsigned i = block.group_index().x * block.size() + block.thread_rank(); i < n;
       i += gridDim.x * block.size())
    sum += in[i];
  sum = cg::reduce(tile, sum, cg::plus<float>());
  if (tile.thread_rank() == 0) atomicAdd(out, sum);
}

// The last block to finish adds up the partial sums: one launch, no atomics on floats.
__device__ unsigned retirementCount = 0;
__global__ void reduce_single_pass(const float* in, float* partial, float* out, unsigned n) {
  __shared__ bool amLast;
  float sum = 0;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += blockDim.x * gridDim.x) sum += in[i];
  sum = blockReduceSum(sum);
  if (threadIdx.x == 0) {
    partial[blockIdx.x] = sum;
    __threadfence();
    amLast = atomicInc(&retirementCount, gridDim.x) == gridDim.x - 1;
  }
  __syncthreads();
  if (amLast) {
    sum = threadIdx.x < gridDim.x ? partial[threadIdx.x] : 0;
    __syncthreads();
    sum = blockReduceSum(sum);
    if (threadIdx.x == 0) {
      out[0] = sum;
      retirementCount = 0;
    }
  }
}

int main() {
  const unsigned n = 50007, threads = 256, blocks = ceil_div(n, threads);
  const std::vector<float> values = random_floats(n, 0.0f, 1.0f);
  double expected = 0;
  for (float value : values) expected += value;
  DeviceArray<float> in(values), partial(blocks), out(1);
  bool ok = true;
  const auto check = [&](const char* name, const std::vector<float>& sums) {
    CHECK_LAUNCH();
    double sum = 0;
    for (float value : sums) sum += value;
    ok &= all_close(name, std::vector<double>{sum}, {expected}, 1e-5);
  };
  reduce0<<<blocks, threads, threads * sizeof(float)>>>(in, partial, n);
  check("interleaved", partial.download());
  partial.clear();
  reduce1<<<ceil_div(n, 2 * threads), threads, threads * sizeof(float)>>>(in, partial, n);
  check("sequential", partial.download());
  switch (threads) {
    case 256:
      partial.clear();
      reduce2<256><<<40, threads>>>(in, partial, n);
      break;
    case 512:
      partial.clear();
      reduce2<512><<<40, threads>>>(in, partial, n);
      break;
  }
  check("unrolled", partial.download());
  out.clear();
  reduce_shuffle<<<19, threads>>>(in, out, n);
  check("shuffle", out.download());
  out.clear();
  reduce_groups<<<19, threads>>>(in, out, n);
  check("groups", out.download());
  for (int repeat = 0; repeat < 2; ++repeat) {
    out.poison();
    partial.poison();
    reduce_single_pass<<<64, threads>>>(in, partial, out, n);
    check("single pass", out.download());
  }
  return verdict(ok);
}
