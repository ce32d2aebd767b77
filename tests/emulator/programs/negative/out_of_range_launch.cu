// More threads than a block can have.
#include <cstdio>
#include <cstdlib>

#define CHECK(call)                                                                     \
  if (cudaError_t error = (call)) {                                                     \
    std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(error)); \
    std::exit(4);                                                                       \
  }

__global__ void fill(int* x) { x[threadIdx.x] = 1; }

int main() {
  int* x;
  CHECK(cudaMalloc(&x, 2048 * sizeof(int)));
  fill<<<1, 2048>>>(x);
  CHECK(cudaGetLastError());
}
