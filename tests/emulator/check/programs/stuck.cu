// Kernels that do not end by themselves.
// variant 1: correct
// variant 2: half of a warp waits for the block, the other half for the warp
// variant 3: a flag is awaited that nobody sets
#include "check_program.h"

__global__ void meet(int* x, int variant) {
  const int t = threadIdx.x;
  if (variant == 2 && t < 16) __syncwarp();  // expect 2: deadlock
  if (variant == 3) {
    while (atomicAdd(&x[0], 0) != -1) continue;  // expect 3: hang
  }
  __syncthreads();  // expect 2: deadlock
  x[t] = t;
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<int, 64>::counting();
  int* x = values.to_device();
  meet<<<1, 64>>>(x, variant);
  if (variant == 1) values.from_device(x);
  cudaDeviceSynchronize();
  cudaFree(x);
  bool ok = true;
  for (int t = 0; t < 64 && variant == 1; ++t) ok &= values.data[t] == t;
  return verdict(ok);
}
