// Writes through a null pointer; the error stays.
#include <cstdio>

__global__ void fill(int* x) { x[threadIdx.x] = 1; }

int main() {
  fill<<<1, 32>>>(nullptr);
  cudaError_t error = cudaDeviceSynchronize();
  int* x;
  std::printf("error: %s, then %s\n", cudaGetErrorName(error), cudaGetErrorName(cudaMalloc(&x, 4)));
  return error == cudaSuccess ? 0 : 3;
}
