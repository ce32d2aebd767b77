// Matrix transpose through shared memory, with and without the padding that avoids bank conflicts.
#include "program.h"

#define TILE_DIM 32
#define BLOCK_ROWS 8

__global__ void transposeNaive(float* odata, const float* idata, int width, int height) {
  int x = blockIdx.x * TILE_DIM + threadIdx.x, y = blockIdx.y * TILE_DIM + threadIdx.y;
  for (int j = 0; j < TILE_DIM; j += BLOCK_ROWS)
    if (x < width && y + j < height) odata[x * height + y + j] = idata[(y + j) * width + x];
}

template <int PADDING>
__global__ void transposeTiled(float* odata, const float* idata, int width, int height) {
  __shared__ float tile[TILE_DIM][TILE_DIM + PADDING];
  int x = blockIdx.x * TILE_DIM + threadIdx.x, y = blockIdx.y * TILE_DIM + threadIdx.y;
  for (int j = 0; j < TILE_DIM; j += BLOCK_ROWS)
    if (x < width && y + j < height) tile[threadIdx.y + j][threadIdx.x] = idata[(y + j) * width + x];
  __syncthreads();
  x = blockIdx.y * TILE_DIM + threadIdx.x;
  y = blockIdx.x * TILE_DIM + threadIdx.y;
  for (int j = 0; j < TILE_DIM; j += BLOCK_ROWS)
    if (x < height && y + j < width) odata[(y + j) * height + x] = tile[threadIdx.x][threadIdx.y + j];
}

int main() {
  const int width = 237, height = 131;
  const std::vector<float> values = random_floats(width * height);
  std::vector<float> expected(values.size());
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) expected[x * height + y] = values[y * width + x];
  DeviceArray<float> in(values), out(values.size());
  dim3 dimGrid(ceil_div(width, TILE_DIM), ceil_div(height, TILE_DIM), 1), dimBlock(TILE_DIM, BLOCK_ROWS, 1);
  bool ok = true;
  void (*kernels[])(float*, const float*, int, int) = {transposeNaive, transposeTiled<0>, transposeTiled<1>};
  for (auto kernel : kernels) {
    out.poison();
    kernel<<<dimGrid, dimBlock>>>(out, in, width, height);
    CHECK_LAUNCH();
    ok &= all_equal("transpose", out.download(), expected);
  }
  return verdict(ok);
}
