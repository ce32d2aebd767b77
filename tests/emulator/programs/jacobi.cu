// Jacobi iterations in one cooperative launch: the whole grid waits between steps.
#include <cooperative_groups.h>

#include <algorithm>

#include "program.h"

namespace cg = cooperative_groups;

__global__ void jacobi(float* a, float* b, int width, int height, int steps) {
  cg::grid_group grid = cg::this_grid();
  for (int step = 0; step < steps; ++step) {
    for (int i = grid.thread_rank(); i < width * height; i += grid.size()) {
      const int x = i % width, y = i / width;
      const bool border = x == 0 || y == 0 || x == width - 1 || y == height - 1;
      b[i] = border ? a[i] : 0.25f * (a[i - 1] + a[i + 1] + a[i - width] + a[i + width]);
    }
    grid.sync();
    float* other = a;
    a = b;
    b = other;
  }
}

int main() {
  const int width = 61, height = 43;
  int steps = 30, blocks_per_sm = 0, cooperative = 0;
  const auto start = random_floats(width * height, 0, 100);
  cudaDeviceProp properties;
  CUDA_CHECK(cudaGetDeviceProperties(&properties, 0));
  CUDA_CHECK(cudaDeviceGetAttribute(&cooperative, cudaDevAttrCooperativeLaunch, 0));
  if (!cooperative) return std::printf("this device has no cooperative launch\nFAILED\n"), 1;
  CUDA_CHECK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks_per_sm, jacobi, 128, 0));
  const int blocks = std::min(8, blocks_per_sm * properties.multiProcessorCount);

  DeviceArray<float> a(start), b(start.size());
  float *pa = a, *pb = b;
  int w = width, h = height;
  void* arguments[] = {&pa, &pb, &w, &h, &steps};
  CUDA_CHECK(cudaLaunchCooperativeKernel((void*)jacobi, dim3(blocks), dim3(128), arguments, 0, 0));
  CHECK_LAUNCH();

  std::vector<double> now(start.begin(), start.end()), next(now);
  for (int step = 0; step < steps; ++step) {
    for (int y = 1; y < height - 1; ++y)
      for (int x = 1; x < width - 1; ++x) {
        const int i = y * width + x;
        next[i] = 0.25 * (now[i - 1] + now[i + 1] + now[i - width] + now[i + width]);
      }
    std::swap(now, next);
  }
  return verdict(all_close("jacobi", steps % 2 ? b.download() : a.download(), now, 1e-5));
}
