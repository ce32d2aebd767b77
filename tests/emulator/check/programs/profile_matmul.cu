// Matrix products: what each line asks for.
// variant 1: a thread for each element, the lanes of a warp along a row
// variant 2: the same with the lanes along a column
// variant 3: tiles in shared memory
#include "check_program.h"

constexpr int kSize = 32, kTile = 16;

__global__ void along_rows(const float* a, const float* b, float* c) {
  const int row = blockIdx.y * blockDim.y + threadIdx.y, col = threadIdx.x;
  float sum = 0;
  for (int k = 0; k < kSize; ++k) {
    const float left = a[row * kSize + k];   // counts 1: global load requests=1024 lanes=32 sectors=1 ideal=1
    const float right = b[k * kSize + col];  // counts 1: global load requests=1024 lanes=32 sectors=4 ideal=4
    sum += left * right;
  }
  c[row * kSize + col] = sum;  // counts 1: global store requests=32 lanes=32 sectors=4 ideal=4
}

__global__ void along_columns(const float* a, const float* b, float* c) {
  const int row = threadIdx.x, col = blockIdx.y * blockDim.y + threadIdx.y;
  float sum = 0;
  for (int k = 0; k < kSize; ++k) {
    // counts 2: global load requests=1024 lanes=32 sectors=32 ideal=4
    const float left = a[row * kSize + k];
    const float right = b[k * kSize + col];  // counts 2: global load requests=1024 lanes=32 sectors=1 ideal=1
    sum += left * right;
  }
  c[row * kSize + col] = sum;  // counts 2: global store requests=32 lanes=32 sectors=32 ideal=4
}

__global__ void tiled(const float* a, const float* b, float* c) {
  __shared__ float a_tile[kTile][kTile];
  __shared__ float b_tile[kTile][kTile];
  const int x = threadIdx.x, y = threadIdx.y;
  const int row = blockIdx.y * kTile + y, col = blockIdx.x * kTile + x;
  float sum = 0;
  for (int first = 0; first < kSize; first += kTile) {
    // counts 3: global load requests=64 lanes=32 sectors=4 ideal=4; counts 3: shared store requests=64 ways=1
    a_tile[y][x] = a[row * kSize + first + x];
    // counts 3: global load requests=64 lanes=32 sectors=4 ideal=4; counts 3: shared store requests=64 ways=1
    b_tile[y][x] = b[(first + y) * kSize + col];
    __syncthreads();
    // Two loads in a line are counted together.
    // counts 3: shared load requests=2048 lanes=32 ways=1
    for (int k = 0; k < kTile; ++k) sum += a_tile[y][k] * b_tile[k][x];
    __syncthreads();
  }
  c[row * kSize + col] = sum;  // counts 3: global store requests=32 lanes=32 sectors=4 ideal=4
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto a = Values<float, kSize * kSize>::counting();
  for (float& value : a.data) value = static_cast<float>(static_cast<int>(value) * 7 % 11);
  auto c = Values<float, kSize * kSize>::zeros();
  float *da = a.to_device(), *db = a.to_device(), *dc = c.to_device();
  const dim3 lines(1, kSize / 4), tiles(kSize / kTile, kSize / kTile);
  // launch 1: flops=65536
  if (variant == 1) along_rows<<<lines, dim3(kSize, 4)>>>(da, db, dc);
  // launch 2: flops=65536
  if (variant == 2) along_columns<<<lines, dim3(kSize, 4)>>>(da, db, dc);
  // launch 3: flops=65536 intensity=3.2
  if (variant == 3) tiled<<<tiles, dim3(kTile, kTile)>>>(da, db, dc);
  CUDA_CHECK(cudaGetLastError());
  c.from_device(dc);
  for (float* matrix : {da, db, dc}) CUDA_CHECK(cudaFree(matrix));
  bool ok = true;
  for (int row = 0; row < kSize; ++row) {
    for (int col = 0; col < kSize; ++col) {
      float sum = 0;
      for (int k = 0; k < kSize; ++k) sum += a.data[row * kSize + k] * a.data[k * kSize + col];
      ok &= c.data[row * kSize + col] == sum;
    }
  }
  return verdict(ok);
}
