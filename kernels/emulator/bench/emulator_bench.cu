// What the emulator costs: time for typical kernels, and per barrier, shuffle and launch, beside the goals
// set for it.
//
// Wall-clock time on all OS threads that the emulator uses (EMULATED_GPU_THREADS); the costs per thread on
// one block, so on one. The machine should be otherwise idle. Where it is not, the processor time, of all OS
// threads together, says more: divided by the number of OS threads it is what the wall clock would show.
#include <cuda_runtime.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <vector>

constexpr int kTile = 32;

__global__ void vector_add(const float* a, const float* b, float* c, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) c[i] = a[i] + b[i];
}

__global__ void tiled_matmul(const float* a, const float* b, float* c, int n) {
  __shared__ float tile_a[kTile][kTile];
  __shared__ float tile_b[kTile][kTile];
  const int row = blockIdx.y * kTile + threadIdx.y;
  const int col = blockIdx.x * kTile + threadIdx.x;
  float sum = 0.0f;
  for (int first = 0; first < n; first += kTile) {
    tile_a[threadIdx.y][threadIdx.x] = a[row * n + first + threadIdx.x];
    tile_b[threadIdx.y][threadIdx.x] = b[(first + threadIdx.y) * n + col];
    __syncthreads();
    for (int k = 0; k < kTile; ++k) sum += tile_a[threadIdx.y][k] * tile_b[k][threadIdx.x];
    __syncthreads();
  }
  c[row * n + col] = sum;
}

__global__ void barriers(int* out, int count) {
  for (int i = 0; i < count; ++i) __syncthreads();
  out[threadIdx.x] = count;
}

__global__ void shuffles(int* out, int count) {
  int value = threadIdx.x;
  for (int i = 0; i < count; ++i) value += __shfl_xor_sync(0xffffffff, value, 1);
  out[threadIdx.x] = value;
}

__global__ void nothing() {}

void check(cudaError_t error) {
  if (error == cudaSuccess) return;
  std::fprintf(stderr, "emulator_bench: %s\n", cudaGetErrorString(error));
  std::exit(1);
}

/// Times `work`, which does `units` of something, and prints a row: median and spread per unit, in units of
/// `scale` seconds, and the goal.
void measure(const char* name, const char* unit, double scale, double units, double goal,
             const std::function<void()>& work) {
  constexpr int kRuns = 21;
  std::vector<double> times;
  double processor = 1e30;
  work();
  check(cudaDeviceSynchronize());
  for (int run = 0; run < kRuns; ++run) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t processor_start = std::clock();
    work();
    check(cudaDeviceSynchronize());
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    times.push_back(elapsed.count() / units / scale);
    processor = std::min(processor, double(std::clock() - processor_start) / CLOCKS_PER_SEC / units / scale);
  }
  std::sort(times.begin(), times.end());
  const double median = times[kRuns / 2];
  const double spread = (times[kRuns * 3 / 4] - times[kRuns / 4]) / median * 100;
  std::printf("%-34s %9.3f %-3s %9.3f %6.0f%% %9.3f", name, median, unit, times.front(), spread, processor);
  if (goal > 0) {
    std::printf("  %7.3f %s\n", goal, median <= goal ? "reached" : "missed");
  } else {
    std::printf("        -\n");
  }
}

template <class T>
T* device_array(std::size_t count, T value) {
  const std::vector<T> host(count, value);
  T* device = nullptr;
  check(cudaMalloc(&device, count * sizeof(T)));
  check(cudaMemcpy(device, host.data(), count * sizeof(T), cudaMemcpyHostToDevice));
  return device;
}

int main() {
  constexpr int kVector = 1 << 20;
  constexpr int kMatrix = 512;
  constexpr int kRepeats = 2000;
  float* a = device_array(kVector, 1.5f);
  float* b = device_array(kVector, 0.25f);
  float* c = device_array(kVector, 0.0f);
  int* out = device_array(1024, 0);

  std::printf("%-34s %9s %-3s %9s %7s %9s  %7s\n", "emulated GPU", "median", "", "best", "spread",
              "processor", "goal");
  measure("vector add, 2^20 floats", "ms", 1e-3, 1, 5.0,
          [&] { vector_add<<<kVector / 256, 256>>>(a, b, c, kVector); });
  measure("tiled matmul, 512^3", "s", 1, 1, 0.15, [&] {
    tiled_matmul<<<dim3(kMatrix / kTile, kMatrix / kTile), dim3(kTile, kTile)>>>(a, b, c, kMatrix);
  });
  for (const int threads : {64, 256, 1024}) {
    char name[64];
    std::snprintf(name, sizeof name, "__syncthreads per thread, %d", threads);
    measure(name, "ns", 1e-9, double(kRepeats) * threads, 20,
            [&] { barriers<<<1, threads>>>(out, kRepeats); });
  }
  measure("__shfl_xor_sync per lane, 1 warp", "ns", 1e-9, double(kRepeats) * 32, 37,
          [&] { shuffles<<<1, 32>>>(out, kRepeats); });
  measure("__shfl_xor_sync per lane, 8 warps", "ns", 1e-9, double(kRepeats) * 256, 37,
          [&] { shuffles<<<1, 256>>>(out, kRepeats); });
  measure("launch of one empty thread", "us", 1e-6, 1000, 0, [&] {
    for (int i = 0; i < 1000; ++i) nothing<<<1, 1>>>();
  });
  measure("empty thread, 64 blocks of 256", "ns", 1e-9, 64 * 256, 0, [&] { nothing<<<64, 256>>>(); });

  check(cudaFree(a));
  check(cudaFree(b));
  check(cudaFree(c));
  check(cudaFree(out));
  return 0;
}
