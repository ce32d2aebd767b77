// What is allocated is freed.
// variant 1: correct
// variant 2: one of two arrays is not freed
// variant 3: an array of each round is not freed
// variant 4: managed memory is not freed
// variant 5: the pointer is overwritten by that of another array
#include "check_program.h"

__global__ void fill(int* x, int value) { x[threadIdx.x] = value; }

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  int *kept, *lost, *managed;
  CUDA_CHECK(cudaMalloc(&kept, 32 * sizeof(int)));
  CUDA_CHECK(cudaMalloc(&lost, 1000));  // expect 2,5: leak
  fill<<<1, 32>>>(kept, 1);
  fill<<<1, 32>>>(lost, 2);
  for (int round = 0; round < 3; ++round) {
    int* scratch;
    CUDA_CHECK(cudaMalloc(&scratch, 77));  // expect 3: leak
    fill<<<1, 19>>>(scratch, round);
    CUDA_CHECK(cudaDeviceSynchronize());
    if (variant != 3) CUDA_CHECK(cudaFree(scratch));
  }
  CUDA_CHECK(cudaMallocManaged(&managed, 1000));  // expect 4: leak
  managed[0] = 3;
  if (variant == 5) CUDA_CHECK(cudaMalloc(&lost, 2000));
  CUDA_CHECK(cudaDeviceSynchronize());
  CUDA_CHECK(cudaFree(kept));
  if (variant != 2) CUDA_CHECK(cudaFree(lost));
  if (variant != 4) CUDA_CHECK(cudaFree(managed));
  return verdict(true);
}
