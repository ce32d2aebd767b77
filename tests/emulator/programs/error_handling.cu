// Errors as CUDA reports them: refused launches, bad arguments, too much memory, and what clears or stays.
#include "program.h"

__global__ void nothing(int*) {}
__global__ void uses_shared(float* x) {
  extern __shared__ float s[];
  s[threadIdx.x] = threadIdx.x;
  __syncthreads();
  x[threadIdx.x] = s[blockDim.x - 1 - threadIdx.x];
}

static bool expect(const char* what, cudaError_t got, cudaError_t expected) {
  if (got == expected) return true;
  std::printf("%s: %s instead of %s\n", what, cudaGetErrorName(got), cudaGetErrorName(expected));
  return false;
}

int main() {
  bool ok = true;
  int* p = nullptr;
  CUDA_CHECK(cudaMalloc(&p, 64 * sizeof(int)));

  nothing<<<1, 1025>>>(p);  // 1024 threads at most
  ok &= expect("1025 threads", cudaPeekAtLastError(), cudaErrorInvalidConfiguration);
  ok &= expect("1025 threads, again", cudaGetLastError(), cudaErrorInvalidConfiguration);
  ok &= expect("cleared", cudaGetLastError(), cudaSuccess);
  nothing<<<dim3(1, 65536), 1>>>(p);
  ok &= expect("65536 blocks in y", cudaGetLastError(), cudaErrorInvalidConfiguration);
  nothing<<<0, 32>>>(p);
  ok &= expect("no blocks", cudaGetLastError(), cudaErrorInvalidConfiguration);
  nothing<<<1, dim3(1, 1, 65)>>>(p);
  ok &= expect("65 threads in z", cudaGetLastError(), cudaErrorInvalidConfiguration);
  uses_shared<<<1, 32, 49 * 1024>>>(nullptr);
  ok &= expect("49 KiB of shared memory", cudaGetLastError(), cudaErrorInvalidValue);

  void* huge = nullptr;
  ok &= expect("a petabyte", cudaMalloc(&huge, std::size_t{1} << 50), cudaErrorMemoryAllocation);
  ok &= huge == nullptr;
  cudaGetLastError();
  ok &= expect("device 99", cudaSetDevice(99), cudaErrorInvalidDevice);
  cudaGetLastError();
  ok &= expect("free of null", cudaFree(nullptr), cudaSuccess);
  ok &= std::string(cudaGetErrorName(cudaErrorInvalidConfiguration)) == "cudaErrorInvalidConfiguration";
  ok &= std::string(cudaGetErrorString(cudaErrorInvalidValue)) == "invalid argument";
  ok &= std::string(cudaGetErrorString(cudaSuccess)) == "no error";

  // After all of that the device still works.
  {
    DeviceArray<float> x(33);
    uses_shared<<<1, 33, 33 * sizeof(float)>>>(x);
    CHECK_LAUNCH();
    std::vector<double> expected(33);
    for (int i = 0; i < 33; ++i) expected[i] = 32 - i;
    ok &= all_close("shared", x.download(), expected, 0);
  }
  CUDA_CHECK(cudaFree(p));
  CUDA_CHECK(cudaDeviceReset());
  return verdict(ok);
}
