// Threads beyond the end return before the barrier that the others wait at.
#include <cstdio>

__global__ void reverse(float* x, int n) {
  __shared__ float s[64];
  int i = threadIdx.x;
  if (i >= n) return;
  s[i] = x[i];
  __syncthreads();
  x[i] = s[n - 1 - i];
}

int main() {
  float* x;
  cudaMalloc(&x, 50 * sizeof(float));
  reverse<<<1, 64>>>(x, 50);
  cudaError_t error = cudaDeviceSynchronize();
  std::printf("error: %s\n", cudaGetErrorName(error));
  return error == cudaSuccess ? 0 : 3;
}
