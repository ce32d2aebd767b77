// Blurs row after row; while one buffer is used, the next row goes into the other.
// variant 1: correct, one barrier a row
// variant 2: the first row is used before it is complete
// variant 3: no barrier in the loop
// variant 4: one buffer only, with the one barrier that suffices for two
#include "check_program.h"

constexpr int kThreads = 64, kRows = 5, kCount = kThreads * kRows;

__global__ void blur(const int* in, int* out, int variant) {
  __shared__ int rows[2][kThreads];
  const int t = threadIdx.x, right = (t + 1) % kThreads, buffers = variant == 4 ? 1 : 2;
  rows[0][t] = in[t];  // expect 2: race array=rows
  if (variant != 2) __syncthreads();
  for (int row = 0; row < kRows; ++row) {
    const int next = (row + 1) % buffers;
    // expect 3,4: race array=rows
    if (row + 1 < kRows) rows[next][t] = in[(row + 1) * kThreads + t];
    const int* current = rows[row % buffers];
    // expect 2,3,4: race; allow 2,3: uninitialized
    const int mine = current[t], other = current[right];
    out[row * kThreads + t] = mine + other;
    if (variant != 3) __syncthreads();
  }
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto in = Values<int, kCount>::counting();
  auto out = Values<int, kCount>::zeros();
  int *din = in.to_device(), *dout = out.to_device();
  blur<<<1, kThreads>>>(din, dout, variant);
  CUDA_CHECK(cudaGetLastError());
  out.from_device(dout);
  CUDA_CHECK(cudaFree(din));
  CUDA_CHECK(cudaFree(dout));
  bool ok = true;
  for (int i = 0; i < kCount; ++i) {
    const int first = i / kThreads * kThreads;
    ok &= out.data[i] == in.data[i] + in.data[first + (i + 1 - first) % kThreads];
  }
  return verdict(ok || variant != 1);
}
