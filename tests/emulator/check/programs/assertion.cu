// assert in a kernel.
// variant 1: correct
// variant 2: the assertion fails in some threads
#include <cassert>

#include "check_program.h"

__global__ void check(const int* x, int limit) {
  assert(x[threadIdx.x] < limit);  // expect 2: assertion
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto values = Values<int, 50>::counting();
  int* x = values.to_device();
  check<<<1, 50>>>(x, variant == 1 ? 51 : 40);
  const cudaError_t error = cudaDeviceSynchronize();
  cudaFree(x);
  return verdict(error == (variant == 1 ? cudaSuccess : cudaErrorAssert));
}
