// Three transposes of a matrix whose sides are multiples of a warp.
// variant 1: without shared memory
// variant 2: through a tile whose columns lie in one bank
// variant 3: through a padded tile
#include "check_program.h"

constexpr int kTile = 32, kRows = 64, kCols = 96;

__global__ void transpose_directly(const float* in, float* out) {
  const int row = blockIdx.y * kTile + threadIdx.y, col = blockIdx.x * kTile + threadIdx.x;
  // counts 1: global load requests=192 lanes=32 sectors=4 ideal=4 moved=24576 needed=24576
  const float value = in[row * kCols + col];
  // counts 1: global store requests=192 lanes=32 sectors=32 ideal=4 moved=196608 needed=24576
  out[col * kRows + row] = value;
}

template <int kPadding>
__global__ void transpose_tile(const float* in, float* out) {
  __shared__ float tile[kTile][kTile + kPadding];
  const int x = threadIdx.x, y = threadIdx.y;
  const float value = in[(blockIdx.y * kTile + y) * kCols + blockIdx.x * kTile + x];
  tile[y][x] = value;  // counts 2,3: shared store requests=192 lanes=32 ways=1 moved=24576
  __syncthreads();
  // counts 2: shared load ways=32 moved=786432; counts 3: shared load ways=1
  const float turned = tile[x][y];
  // counts 2,3: global store requests=192 sectors=4 ideal=4
  out[(blockIdx.x * kTile + y) * kRows + blockIdx.y * kTile + x] = turned;
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto in = Values<float, kRows * kCols>::counting();
  auto out = Values<float, kRows * kCols>::zeros();
  float *din = in.to_device(), *dout = out.to_device();
  const dim3 tiles(kCols / kTile, kRows / kTile), threads(kTile, kTile);
  if (variant == 1) transpose_directly<<<tiles, threads>>>(din, dout);
  if (variant == 2) transpose_tile<0><<<tiles, threads>>>(din, dout);
  if (variant == 3) transpose_tile<1><<<tiles, threads>>>(din, dout);
  CUDA_CHECK(cudaGetLastError());
  out.from_device(dout);
  CUDA_CHECK(cudaFree(din));
  CUDA_CHECK(cudaFree(dout));
  bool ok = true;
  for (int row = 0; row < kRows; ++row)
    for (int col = 0; col < kCols; ++col) ok &= out.data[col * kRows + row] == in.data[row * kCols + col];
  return verdict(ok);
}
