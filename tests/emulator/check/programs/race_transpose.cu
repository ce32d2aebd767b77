// A transpose through a padded tile, each thread with several elements.
// variant 1: correct
// variant 2: no barrier between filling the tile and reading it
// variant 3: __syncwarp where the whole block must wait
#include "check_program.h"

constexpr int kTile = 16, kRows = 37, kCols = 23;

__global__ void transpose(const float* in, float* out, int variant) {
  __shared__ float tile[kTile][kTile + 1];
  const int x = threadIdx.x;
  for (int y = threadIdx.y; y < kTile; y += blockDim.y) {
    const int row = blockIdx.y * kTile + y, col = blockIdx.x * kTile + x;
    if (row < kRows && col < kCols) tile[y][x] = in[row * kCols + col];  // expect 2,3: race array=tile
  }
  if (variant == 1) __syncthreads();
  if (variant == 3) __syncwarp();
  for (int y = threadIdx.y; y < kTile; y += blockDim.y) {
    const int row = blockIdx.x * kTile + y, col = blockIdx.y * kTile + x;
    // expect 2,3: race; allow 2,3: uninitialized
    if (row < kCols && col < kRows) out[row * kRows + col] = tile[x][y];
  }
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto in = Values<float, kRows * kCols>::counting();
  auto out = Values<float, kRows * kCols>::zeros();
  float *din = in.to_device(), *dout = out.to_device();
  transpose<<<dim3((kCols + kTile - 1) / kTile, (kRows + kTile - 1) / kTile), dim3(kTile, 4)>>>(din, dout,
                                                                                                variant);
  CUDA_CHECK(cudaGetLastError());
  out.from_device(dout);
  CUDA_CHECK(cudaFree(din));
  CUDA_CHECK(cudaFree(dout));
  bool ok = true;
  for (int row = 0; row < kRows; ++row)
    for (int col = 0; col < kCols; ++col) ok &= out.data[col * kRows + row] == in.data[row * kCols + col];
  return verdict(ok || variant != 1);
}
