// Arrays in global memory, with sizes that fill no 256 bytes.
// variant 1: correct
// variant 2: the threads of the last block beyond the end write
// variant 3: the threads of the last block beyond the end read
// variant 4: element -1 is read
// variant 5: an element far beyond the end is written
// variant 6: one element beyond the end is read, in memory that no other array has
// variant 7: atomicAdd to a bin beyond the last
// variant 8: an array of structures, written one element beyond the end
// variant 9: a column beyond the end of a row, in the last row only outside the array
#include "check_program.h"

constexpr int kThreads = 32, kCount = 75;

struct Particle {
  float x, y, z;
};

__global__ void double_all(const int* in, int* out, int variant) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (variant == 2) {
    const int value = i < kCount ? in[i] : 0;
    out[i] = 2 * value;  // expect 2: out_of_bounds
  } else if (variant == 3) {
    int value = in[i];                        // expect 3: out_of_bounds
    value += __shfl_xor_sync(~0u, value, 0);  // a use that no compiler moves behind the condition
    if (i < kCount) out[i] = value;
  } else if (i < kCount) {
    out[i] = 2 * in[i];
  }
}

__global__ void differences(const int* in, int* out, int shift) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= kCount) return;
  const int other = in[i + shift];  // expect 4,6: out_of_bounds; allow 4: invalid_address
  out[i] = other - in[i];
}

__global__ void scatter(int* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < 2) out[i * 100000000] = i;  // expect 5: out_of_bounds; allow 5: invalid_address
}

__global__ void count(const int* in, int* bins) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < kCount) atomicAdd(&bins[in[i]], 1);  // expect 7: out_of_bounds
}

__global__ void move(Particle* particles, int count) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i <= count) particles[i].z = 1.0f;  // expect 8: out_of_bounds
}

__global__ void shift_rows(int* x, int rows, int cols) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= rows * cols) return;
  const int row = i / cols, col = i % cols;
  const int right = x[row * cols + col + 1];  // expect 9: out_of_bounds
  if (right == -1) x[0] = 0;
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv), blocks = (kCount + kThreads - 1) / kThreads;
  auto values = Values<int, kCount>::counting();
  int *in = values.to_device(), *out = values.to_device();
  if (variant <= 3) double_all<<<blocks, kThreads>>>(in, out, variant);
  if (variant == 4) differences<<<blocks, kThreads>>>(in, out, -1);
  if (variant == 5) scatter<<<blocks, kThreads>>>(out);
  if (variant == 6) differences<<<blocks, kThreads>>>(in, out, 1);
  if (variant == 7) count<<<blocks, kThreads>>>(in, out);
  if (variant == 8) move<<<blocks, kThreads>>>(reinterpret_cast<Particle*>(out), kCount / 3);
  if (variant == 9) shift_rows<<<blocks, kThreads>>>(in, 5, kCount / 5);
  if (variant != 1) {
    // Where the access is an error of the launch, the memory is the device's to free.
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(out);
    return 0;
  }
  CUDA_CHECK(cudaGetLastError());
  values.from_device(out);
  CUDA_CHECK(cudaFree(in));
  CUDA_CHECK(cudaFree(out));
  bool ok = true;
  for (int i = 0; i < kCount; ++i) ok &= values.data[i] == 2 * (i + 1);
  return verdict(ok);
}
