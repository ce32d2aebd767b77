// y = A x with 8-bit blocks and one scale per 32 values, multiplied with __dp4a: how quantized language
// models decode.
#include <cuda_fp16.h>

#include <algorithm>
#include <cstdint>

#include "program.h"

constexpr int kBlock = 32;

struct BlockQ8 {
  half scale;
  int8_t values[kBlock];
};
static_assert(sizeof(BlockQ8) == 34, "as in files");

// One warp quantizes one block.
__global__ void quantize(const float* x, BlockQ8* out, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const float value = x[i];
  float largest = fabsf(value);
  for (int mask = 16; mask > 0; mask >>= 1)
    largest = fmaxf(largest, __shfl_xor_sync(0xffffffff, largest, mask));
  const float scale = largest / 127.0f;
  out[i / kBlock].values[i % kBlock] = scale == 0.0f ? 0 : __float2int_rn(value / scale);
  if (i % kBlock == 0) out[i / kBlock].scale = __float2half(scale);
}

// Blocks have an odd number of 16-bit words, so four values are put together from two loads.
__device__ __forceinline__ int four_values(const BlockQ8& block, int word) {
  const uint16_t* halves = reinterpret_cast<const uint16_t*>(block.values) + 2 * word;
  return halves[0] | halves[1] << 16;
}

template <int kWarps>
__global__ __launch_bounds__(32 * kWarps) void gemv(const BlockQ8* a, const BlockQ8* x, float* y, int cols) {
  __shared__ float partial[kWarps];
  const int row = blockIdx.x, blocks = cols / kBlock;
  float sum = 0.0f;
  // Eight lanes share a block: each multiplies four values.
  for (int word = threadIdx.x; word < blocks * 8; word += blockDim.x) {
    const BlockQ8 &left = a[row * blocks + word / 8], &right = x[word / 8];
    const int dot = __dp4a(four_values(left, word % 8), four_values(right, word % 8), 0);
    sum += dot * __half2float(left.scale) * __half2float(right.scale);
  }
  for (int offset = 16; offset > 0; offset >>= 1) sum += __shfl_down_sync(~0u, sum, offset);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x == 0) {
    for (int warp = 1; warp < kWarps; ++warp) sum += partial[warp];
    y[row] = sum;
  }
}

int main() {
  const int rows = 67, cols = 32 * 37;
  const auto matrix = random_floats(rows * cols), vector = random_floats(cols);
  DeviceArray<float> fa(matrix), fx(vector), y(rows);
  DeviceArray<BlockQ8> a(rows * cols / kBlock), x(cols / kBlock);
  quantize<<<ceil_div(rows * cols, 256), 256>>>(fa, a, rows * cols);
  quantize<<<ceil_div(cols, 256), 256>>>(fx, x, cols);
  gemv<4><<<rows, 128>>>(a, x, y, cols);
  CHECK_LAUNCH();
  const auto qa = a.download(), qx = x.download();
  const auto value = [](const std::vector<BlockQ8>& blocks, int i) {
    return double(__half2float(blocks[i / kBlock].scale)) * blocks[i / kBlock].values[i % kBlock];
  };
  bool ok = true;
  std::vector<double> expected(rows, 0.0);
  for (int i = 0; i < rows * cols; ++i) {
    expected[i / cols] += value(qa, i) * value(qx, i % cols);
    // Half a step of the scale, and the scale's own rounding to 11 bits.
    const double scale = __half2float(qa[i / kBlock].scale);
    if (!(std::fabs(value(qa, i) - matrix[i]) <= 0.5 * scale + 127 * scale / 2048)) ok = false;
  }
  if (!ok) std::printf("quantize: an error above half a step\n");
  ok &= all_close("gemv", y.download(), expected, 1e-4);
  return verdict(ok);
}
