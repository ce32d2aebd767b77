// An assertion that does not hold for one thread.
#undef NDEBUG
#include <cassert>
#include <cstdio>

__global__ void check(const int* x) { assert(x[threadIdx.x] < 20); }

int main() {
  int host[32], *x;
  for (int i = 0; i < 32; i++) host[i] = i == 21 ? 20 : i % 20;
  cudaMalloc(&x, sizeof(host));
  cudaMemcpy(x, host, sizeof(host), cudaMemcpyHostToDevice);
  check<<<1, 32>>>(x);
  cudaError_t error = cudaDeviceSynchronize();
  std::printf("error: %s\n", cudaGetErrorName(error));
  return error == cudaSuccess ? 0 : 3;
}
