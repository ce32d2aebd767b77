// Writes far behind an array.
#include <cstdio>

__global__ void fill(int* x, size_t offset) { x[offset + threadIdx.x] = 1; }

int main() {
  int* x;
  cudaMalloc(&x, 32 * sizeof(int));
  fill<<<1, 32>>>(x, size_t{1} << 40);
  cudaError_t error = cudaDeviceSynchronize();
  std::printf("error: %s\n", cudaGetErrorName(error));
  return error == cudaSuccess ? 0 : 3;
}
