// A tiled matrix product whose size is no multiple of the tile's. A row of the tile of `a` is stored and
// loaded by one warp, a column of the tile of `b` by both.
// variant 1: correct
// variant 2: no barrier between filling the tiles and using them
// variant 3: no barrier between using the tiles and filling them again
// variant 4: neither barrier
#include "check_program.h"

constexpr int kTile = 8, kSize = 19;

__global__ void multiply(const int* a, const int* b, int* c, int variant) {
  __shared__ int a_tile[kTile][kTile];
  __shared__ int b_tile[kTile][kTile];
  const int x = threadIdx.x, y = threadIdx.y;
  const int row = blockIdx.y * kTile + y, col = blockIdx.x * kTile + x;
  int sum = 0;
  for (int first = 0; first < kSize; first += kTile) {
    const bool in_a = row < kSize && first + x < kSize, in_b = first + y < kSize && col < kSize;
    const int a_value = in_a ? a[row * kSize + first + x] : 0;
    const int b_value = in_b ? b[(first + y) * kSize + col] : 0;
    a_tile[y][x] = a_value;  // expect 2,3,4: race@a array=a_tile
    b_tile[y][x] = b_value;  // expect 2,3,4: race@b array=b_tile
    if (variant != 2 && variant != 4) __syncthreads();
    for (int k = 0; k < kTile; ++k) {
      const int left = a_tile[y][k];   // expect 2,3,4: race@a; allow 2,4: uninitialized
      const int right = b_tile[k][x];  // expect 2,3,4: race@b; allow 2,4: uninitialized
      sum += left * right;
    }
    if (variant != 3 && variant != 4) __syncthreads();
  }
  if (row < kSize && col < kSize) c[row * kSize + col] = sum;
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto a = Values<int, kSize * kSize>::counting();
  auto c = Values<int, kSize * kSize>::zeros();
  int *da = a.to_device(), *db = a.to_device(), *dc = c.to_device();
  const dim3 tiles((kSize + kTile - 1) / kTile, (kSize + kTile - 1) / kTile);
  multiply<<<tiles, dim3(kTile, kTile)>>>(da, db, dc, variant);
  CUDA_CHECK(cudaGetLastError());
  c.from_device(dc);
  CUDA_CHECK(cudaFree(da));
  CUDA_CHECK(cudaFree(db));
  CUDA_CHECK(cudaFree(dc));
  bool ok = true;
  for (int row = 0; row < kSize; ++row) {
    for (int col = 0; col < kSize; ++col) {
      int sum = 0;
      for (int k = 0; k < kSize; ++k) sum += a.data[row * kSize + k] * a.data[k * kSize + col];
      ok &= c.data[row * kSize + col] == sum;
    }
  }
  return verdict(ok || variant != 1);
}
