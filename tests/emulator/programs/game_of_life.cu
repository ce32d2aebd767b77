// Conway's game of life on a torus: cells as bytes, 2-D blocks with a halo, generations swapped by pointer.
#include <cstdint>

#include "program.h"

typedef unsigned char ubyte;
#define BLOCK 16

__global__ void life(const ubyte* cells, ubyte* next, int width, int height) {
  __shared__ ubyte s[BLOCK + 2][BLOCK + 2];
  const int x0 = blockIdx.x * BLOCK, y0 = blockIdx.y * BLOCK;
  for (int i = threadIdx.y * BLOCK + threadIdx.x; i < (BLOCK + 2) * (BLOCK + 2); i += BLOCK * BLOCK) {
    const int x = (x0 + i % (BLOCK + 2) - 1 + width) % width,
              y = (y0 + i / (BLOCK + 2) - 1 + height) % height;
    s[i / (BLOCK + 2)][i % (BLOCK + 2)] = cells[y * width + x];
  }
  __syncthreads();
  const int x = x0 + threadIdx.x, y = y0 + threadIdx.y, tx = threadIdx.x + 1, ty = threadIdx.y + 1;
  if (x >= width || y >= height) return;
  int alive = 0;
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx)
      if (dx || dy) alive += s[ty + dy][tx + dx];
  next[y * width + x] = alive == 3 || (alive == 2 && s[ty][tx]) ? 1 : 0;
}

int main() {
  const int width = 77, height = 53, generations = 12;
  std::vector<ubyte> cells(width * height);
  for (ubyte& cell : cells) cell = random_engine()() % 3 == 0;
  DeviceArray<ubyte> a(cells), b(cells.size());
  ubyte *now = a, *next = b;
  for (int g = 0; g < generations; g++) {
    life<<<dim3(ceil_div(width, BLOCK), ceil_div(height, BLOCK)), dim3(BLOCK, BLOCK)>>>(now, next, width,
                                                                                        height);
    std::swap(now, next);
  }
  CHECK_LAUNCH();
  for (int g = 0; g < generations; ++g) {
    std::vector<ubyte> after(cells.size());
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        int alive = 0;
        for (int d = 0; d < 9; ++d)
          if (d != 4)
            alive += cells[(y + d / 3 - 1 + height) % height * width + (x + d % 3 - 1 + width) % width];
        after[y * width + x] = alive == 3 || (alive == 2 && cells[y * width + x]);
      }
    cells = after;
  }
  return verdict(all_equal("life", (generations % 2 ? b : a).download(), cells));
}
