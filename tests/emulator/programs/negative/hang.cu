// Waits for a flag that nobody sets.
#include <cstdio>

__global__ void wait_for(volatile int* flag) {
  while (*flag == 0) {
  }
}

__global__ void wait_for_lock(int* lock) {
  while (atomicCAS(lock, 0, 1) != 0) {
  }
}

int main(int argc, char**) {
  int* flag;
  cudaMalloc(&flag, sizeof(int));
  cudaMemset(flag, argc > 1 ? 1 : 0, sizeof(int));
  if (argc > 1) {
    wait_for_lock<<<2, 33>>>(flag);
  } else {
    wait_for<<<2, 33>>>(flag);
  }
  cudaError_t error = cudaDeviceSynchronize();
  std::printf("error: %s\n", cudaGetErrorName(error));
  return error == cudaSuccess ? 0 : 3;
}
