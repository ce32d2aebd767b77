// Half of the block waits at one barrier, half at another.
#include <cstdio>

__global__ void diverge(float* x) {
  if (threadIdx.x < 32) {
    x[threadIdx.x] = 1.0f;
    __syncthreads();
  } else {
    __syncthreads();
    x[threadIdx.x] = 2.0f;
  }
}

int main() {
  float* x;
  cudaMalloc(&x, 64 * sizeof(float));
  diverge<<<3, 64>>>(x);
  cudaError_t error = cudaDeviceSynchronize();
  std::printf("error: %s\n", cudaGetErrorName(error));
  return error == cudaSuccess ? 0 : 3;
}
