// A program that launches a kernel before it has allocated anything.
// variant 1: correct
// variant 2: what is allocated afterwards is read before anybody has written it
#include "check_program.h"

constexpr int kThreads = 32;

__device__ int launches;

__global__ void count() {
  if (threadIdx.x == 0) atomicAdd(&launches, 1);
}

__global__ void copy(const int* in, int* out) {
  const int t = threadIdx.x;
  out[t] = in[t] + launches;  // expect 2: uninitialized array=in
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  count<<<1, kThreads>>>();
  int *in, *out;
  CUDA_CHECK(cudaMalloc(&in, kThreads * sizeof(int)));
  CUDA_CHECK(cudaMalloc(&out, kThreads * sizeof(int)));
  if (variant == 1) CUDA_CHECK(cudaMemset(in, 0, kThreads * sizeof(int)));
  copy<<<1, kThreads>>>(in, out);
  int result[kThreads];
  CUDA_CHECK(cudaMemcpy(result, out, sizeof(result), cudaMemcpyDeviceToHost));
  CUDA_CHECK(cudaFree(in));
  CUDA_CHECK(cudaFree(out));
  bool ok = true;
  for (int t = 0; t < kThreads && variant == 1; ++t) ok &= result[t] == 1;
  return verdict(ok);
}
