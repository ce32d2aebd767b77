// Memory that was given back.
// variant 1: correct
// variant 2: a kernel reads an array after cudaFree
// variant 3: a kernel writes an array after cudaFree
// variant 4: a structure still holds the pointer
// variant 5: the memory was given back while another array took its place
#include "check_program.h"

constexpr int kThreads = 32, kCount = 77;

struct Vector {
  int* data;
  int count;
};

__global__ void copy(const int* in, int* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const int value = i < kCount ? in[i] : 0;  // expect 2: use_after_free; allow 2: invalid_address
  if (i < kCount) out[i] = value;            // expect 3: use_after_free; allow 3: invalid_address
}

__global__ void increase(Vector vector) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  // expect 4,5: use_after_free; allow 4,5: invalid_address
  if (i < vector.count) atomicAdd(&vector.data[i], 1);
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv), blocks = (kCount + kThreads - 1) / kThreads;
  auto values = Values<int, kCount>::counting();
  int *in = values.to_device(), *out = values.to_device();
  if (variant == 2) CUDA_CHECK(cudaFree(in));
  if (variant == 3) CUDA_CHECK(cudaFree(out));
  if (variant <= 3) copy<<<blocks, kThreads>>>(in, out);
  if (variant >= 4) {
    const Vector vector{in, kCount};
    CUDA_CHECK(cudaFree(in));
    int* other = nullptr;
    if (variant == 5) CUDA_CHECK(cudaMalloc(&other, kCount * sizeof(int)));
    increase<<<blocks, kThreads>>>(vector);
    cudaDeviceSynchronize();
    cudaFree(other);
  }
  if (variant != 1) {
    cudaDeviceSynchronize();
    if (variant != 3) cudaFree(out);
    if (variant == 3) cudaFree(in);
    return 0;
  }
  CUDA_CHECK(cudaGetLastError());
  values.from_device(out);
  CUDA_CHECK(cudaFree(in));
  CUDA_CHECK(cudaFree(out));
  bool ok = true;
  for (int i = 0; i < kCount; ++i) ok &= values.data[i] == i + 1;
  return verdict(ok);
}
