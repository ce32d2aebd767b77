// 2-D convolution with the filter in constant memory: plain, then tiles with a halo in shared memory.
#include "program.h"

#define FILTER_RADIUS 2
#define FILTER_SIZE (2 * FILTER_RADIUS + 1)
#define IN_TILE_DIM 20
#define OUT_TILE_DIM (IN_TILE_DIM - 2 * FILTER_RADIUS)

__constant__ float F[FILTER_SIZE][FILTER_SIZE];

__global__ void convolve(const float* N, float* P, int width, int height) {
  int col = blockIdx.x * blockDim.x + threadIdx.x, row = blockIdx.y * blockDim.y + threadIdx.y;
  if (col >= width || row >= height) return;
  float value = 0.0f;
  for (int fRow = 0; fRow < FILTER_SIZE; fRow++)
    for (int fCol = 0; fCol < FILTER_SIZE; fCol++) {
      int inRow = row - FILTER_RADIUS + fRow, inCol = col - FILTER_RADIUS + fCol;
      if (inRow >= 0 && inRow < height && inCol >= 0 && inCol < width)
        value += F[fRow][fCol] * N[inRow * width + inCol];
    }
  P[row * width + col] = value;
}

__global__ void convolveTiled(const float* N, float* P, int width, int height) {
  __shared__ float N_s[IN_TILE_DIM][IN_TILE_DIM];
  int col = blockIdx.x * OUT_TILE_DIM + threadIdx.x - FILTER_RADIUS;
  int row = blockIdx.y * OUT_TILE_DIM + threadIdx.y - FILTER_RADIUS;
  N_s[threadIdx.y][threadIdx.x] =
      row >= 0 && row < height && col >= 0 && col < width ? N[row * width + col] : 0.0f;
  __syncthreads();
  int tileCol = threadIdx.x - FILTER_RADIUS, tileRow = threadIdx.y - FILTER_RADIUS;
  if (row >= 0 && row < height && col >= 0 && col < width && tileCol >= 0 && tileCol < OUT_TILE_DIM &&
      tileRow >= 0 && tileRow < OUT_TILE_DIM) {
    float value = 0.0f;
    for (int fRow = 0; fRow < FILTER_SIZE; fRow++)
      for (int fCol = 0; fCol < FILTER_SIZE; fCol++)
        value += F[fRow][fCol] * N_s[tileRow + fRow][tileCol + fCol];
    P[row * width + col] = value;
  }
}

// Seven-point stencil in 3-D; each thread walks along z and keeps its column in registers.
__constant__ float c0, c1;
__global__ void stencil7(const float* in, float* out, int nx, int ny, int nz) {
  const int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x < 1 || y < 1 || x >= nx - 1 || y >= ny - 1) return;
  const auto at = [=](int i, int j, int k) { return (k * ny + j) * nx + i; };
  float below = in[at(x, y, 0)], here = in[at(x, y, 1)];
  for (int z = 1; z < nz - 1; ++z) {
    const float above = in[at(x, y, z + 1)];
    out[at(x, y, z)] = c0 * here + c1 * (below + above + in[at(x - 1, y, z)] + in[at(x + 1, y, z)] +
                                         in[at(x, y - 1, z)] + in[at(x, y + 1, z)]);
    below = here;
    here = above;
  }
}

int main() {
  const int width = 107, height = 61;
  const auto image = random_floats(width * height), filter = random_floats(FILTER_SIZE * FILTER_SIZE);
  std::vector<double> expected(width * height, 0.0);
  for (int row = 0; row < height; ++row)
    for (int col = 0; col < width; ++col)
      for (int i = 0; i < FILTER_SIZE; ++i)
        for (int j = 0; j < FILTER_SIZE; ++j) {
          const int r = row + i - FILTER_RADIUS, c = col + j - FILTER_RADIUS;
          if (r >= 0 && r < height && c >= 0 && c < width)
            expected[row * width + col] += double(filter[i * FILTER_SIZE + j]) * image[r * width + c];
        }
  CUDA_CHECK(cudaMemcpyToSymbol(F, filter.data(), filter.size() * sizeof(float)));
  DeviceArray<float> in(image), out(image.size());
  convolve<<<dim3(ceil_div(width, 16), ceil_div(height, 8)), dim3(16, 8)>>>(in, out, width, height);
  CHECK_LAUNCH();
  bool ok = all_close("plain", out.download(), expected, 1e-5);
  out.poison();
  dim3 block(IN_TILE_DIM, IN_TILE_DIM), grid(ceil_div(width, OUT_TILE_DIM), ceil_div(height, OUT_TILE_DIM));
  convolveTiled<<<grid, block>>>(in, out, width, height);
  CHECK_LAUNCH();
  ok &= all_close("tiled", out.download(), expected, 1e-5);

  const int nx = 33, ny = 19, nz = 13;
  const auto volume = random_floats(nx * ny * nz);
  const float host_c0 = -6.0f, host_c1 = 1.0f;
  CUDA_CHECK(cudaMemcpyToSymbol(c0, &host_c0, sizeof(float)));
  CUDA_CHECK(cudaMemcpyToSymbol(c1, &host_c1, sizeof(float), 0, cudaMemcpyHostToDevice));
  float back = 0;
  CUDA_CHECK(cudaMemcpyFromSymbol(&back, c0, sizeof(float)));
  ok &= back == host_c0;
  DeviceArray<float> vin(volume), vout(volume);
  stencil7<<<dim3(ceil_div(nx, 16), ceil_div(ny, 4)), dim3(16, 4)>>>(vin, vout, nx, ny, nz);
  CHECK_LAUNCH();
  std::vector<double> laplace(volume.begin(), volume.end());
  for (int z = 1; z < nz - 1; ++z)
    for (int y = 1; y < ny - 1; ++y)
      for (int x = 1; x < nx - 1; ++x) {
        const auto v = [&](int i, int j, int k) { return double(volume[(k * ny + j) * nx + i]); };
        laplace[(z * ny + y) * nx + x] = v(x - 1, y, z) + v(x + 1, y, z) + v(x, y - 1, z) + v(x, y + 1, z) +
                                         v(x, y, z - 1) + v(x, y, z + 1) - 6 * v(x, y, z);
      }
  ok &= all_close("stencil", vout.download(), laplace, 1e-5);
  return verdict(ok);
}
