// Run by settings_test.cpp with environment variables set: says what they did.
#include <cuda_runtime.h>

#include <cstdio>

__device__ int turn;
__global__ void note_turn(int* out) { out[threadIdx.x] = atomicAdd(&turn, 1); }
__global__ void write_at(int* out) { out[threadIdx.x] = 1; }

__global__ void leaves_early(int* out) {
  if (threadIdx.x >= 5) return;
  const int count = __syncthreads_count(1);
  __syncthreads();
  out[threadIdx.x] = count;
}

int main() {
  std::size_t free_bytes = 0, total = 0;
  cudaMemGetInfo(&free_bytes, &total);
  int* out = nullptr;
  int host[8] = {};
  cudaMalloc(&out, sizeof host);
  note_turn<<<1, 8>>>(out);
  cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
  std::printf("memory %zu\nfirst %d\n", total, host[0]);
  leaves_early<<<1, 40>>>(out);
  std::printf("exited threads %s\n", cudaGetErrorName(cudaDeviceSynchronize()));
  cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
  std::printf("counted %d\n", host[4]);
  cudaDeviceReset();
  int* on_heap = new int[32]();
  write_at<<<1, 32>>>(on_heap);
  std::printf("host pointer %s\n", cudaGetErrorName(cudaDeviceSynchronize()));
  delete[] on_heap;
  return 0;
}
