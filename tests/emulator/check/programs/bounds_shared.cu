// Arrays in shared memory.
// variant 1: correct
// variant 2: the right neighbour of the last element is read
// variant 3: the left neighbour of the first element is read
// variant 4: an element beyond the end is written, where another array may begin
// variant 5: the row below the last of a two-dimensional array is read
// variant 6: correct, dynamic shared memory for all threads
// variant 7: dynamic shared memory for one element too few
// variant 8: correct, two arrays in one piece of dynamic shared memory
// variant 9: two arrays in one piece that is too small for the second
#include "check_program.h"

constexpr int kThreads = 48, kBlocks = 2, kCount = kThreads * kBlocks;

__global__ void neighbours(const int* in, int* out, int variant) {
  __shared__ int before[kThreads];
  __shared__ int after[kThreads];
  const int t = threadIdx.x, i = blockIdx.x * kThreads + t;
  before[t] = in[i];
  if (variant != 4) after[t] = in[i];
  if (variant == 4) after[t + 1] = in[i];  // expect 4: out_of_bounds array=after
  __syncthreads();
  if (variant == 1) out[i] = before[t] + after[kThreads - 1 - t];
  if (variant == 2) out[i] = before[t + 1];  // expect 2: out_of_bounds array=before
  if (variant == 3) out[i] = after[t - 1];   // expect 3: out_of_bounds array=after
  if (variant == 4 && t > 0) out[i] = after[t];
}

__global__ void rows(const int* in, int* out) {
  __shared__ int tile[3][16];
  const int t = threadIdx.x, i = blockIdx.x * kThreads + t;
  tile[t / 16][t % 16] = in[i];
  __syncthreads();
  const int row = t / 16 + 1;
  out[i] = tile[row][t % 16];  // expect 5: out_of_bounds array=tile
}

__global__ void dynamic(const int* in, int* out) {
  extern __shared__ int values[];
  const int t = threadIdx.x, i = blockIdx.x * kThreads + t;
  values[t] = in[i];  // expect 7: out_of_bounds array=values
  __syncthreads();
  out[i] = 2 * values[t];  // expect 7: out_of_bounds@load; allow 7: uninitialized
}

__global__ void two_in_one(const int* in, int* out) {
  extern __shared__ double storage[];
  double* wide = storage;
  int* narrow = reinterpret_cast<int*>(storage + kThreads);
  const int t = threadIdx.x, i = blockIdx.x * kThreads + t;
  wide[t] = in[i];
  narrow[t] = in[i];  // expect 9: out_of_bounds array=storage
  __syncthreads();
  // expect 9: out_of_bounds@load array=storage; allow 9: uninitialized
  out[i] = static_cast<int>(wide[t]) + narrow[t];
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<int, kCount>::counting();
  int *in = values.to_device(), *out = values.to_device();
  const int ints = kThreads * sizeof(int), doubles = kThreads * sizeof(double);
  if (variant <= 4) neighbours<<<kBlocks, kThreads>>>(in, out, variant);
  if (variant == 5) rows<<<kBlocks, kThreads>>>(in, out);
  if (variant == 6) dynamic<<<kBlocks, kThreads, ints>>>(in, out);
  if (variant == 7) dynamic<<<kBlocks, kThreads, ints - sizeof(int)>>>(in, out);
  if (variant == 8) two_in_one<<<kBlocks, kThreads, doubles + ints>>>(in, out);
  if (variant == 9) two_in_one<<<kBlocks, kThreads, doubles + ints / 2>>>(in, out);
  CUDA_CHECK(cudaGetLastError());
  const bool is_correct = variant == 1 || variant == 6 || variant == 8;
  if (is_correct) values.from_device(out);
  cudaDeviceSynchronize();
  cudaFree(in);
  cudaFree(out);
  bool ok = true;
  for (int i = 0; i < kCount && is_correct; ++i)
    ok &= values.data[i] == (variant == 1 ? i + i / kThreads * 2 * kThreads + kThreads - i + 1 : 2 * (i + 1));
  return verdict(ok);
}
