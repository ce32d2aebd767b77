// More than 48 KiB of dynamic shared memory after cudaFuncSetAttribute, and the occupancy API's launch
// suggestions.
#include <cstdint>

#include "program.h"

template <typename T>
__global__ void reverse_in_shared(T* data, int n) {
  extern __shared__ __align__(sizeof(double)) unsigned char bytes[];
  T* values = reinterpret_cast<T*>(bytes);
  data += blockIdx.x * n;
  for (int i = threadIdx.x; i < n; i += blockDim.x) values[i] = data[i];
  __syncthreads();
  for (int i = threadIdx.x; i < n; i += blockDim.x) data[i] = values[n - 1 - i];
}

__global__ void square(int* array, int arrayCount) {
  int idx = threadIdx.x + blockIdx.x * blockDim.x;
  if (idx < arrayCount) array[idx] *= array[idx];
}

int main() {
  const int n = 10'000, blocks = 3, bytes = n * sizeof(double);  // 80 kB
  cudaDeviceProp prop;
  CUDA_CHECK(cudaGetDeviceProperties(&prop, 0));
  bool ok =
      prop.sharedMemPerBlock == 48 * 1024 && prop.sharedMemPerBlockOptin >= bytes && prop.warpSize == 32;
  const auto small = random_floats(n * blocks);
  const std::vector<double> values(small.begin(), small.end());
  DeviceArray<double> data(values);
  CUDA_CHECK(
      cudaFuncSetAttribute(reverse_in_shared<double>, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
  reverse_in_shared<double><<<blocks, 256, bytes>>>(data, n);
  CHECK_LAUNCH();
  std::vector<double> expected(values.size());
  for (int i = 0; i < n * blocks; ++i) expected[i] = values[i / n * n + n - 1 - i % n];
  ok &= all_close("reversed", data.download(), expected, 0);
  cudaFuncAttributes attributes;
  CUDA_CHECK(cudaFuncGetAttributes(&attributes, (const void*)reverse_in_shared<double>));
  ok &= attributes.maxDynamicSharedSizeBytes == bytes && attributes.maxThreadsPerBlock >= 256;

  int blockSize, minGridSize, maxActiveBlocks, count = 30'001;
  CUDA_CHECK(cudaOccupancyMaxPotentialBlockSize(&minGridSize, &blockSize, (void*)square, 0, count));
  const auto numbers = random_ints(count, -1000, 1000);
  DeviceArray<int> array(numbers);
  square<<<(count + blockSize - 1) / blockSize, blockSize>>>(array, count);
  CHECK_LAUNCH();
  CUDA_CHECK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&maxActiveBlocks, square, blockSize, 0));
  const float occupancy = (maxActiveBlocks * blockSize / prop.warpSize) /
                          (float)(prop.maxThreadsPerMultiProcessor / prop.warpSize);
  std::printf("block size %d, occupancy %.2f\n", blockSize, occupancy);
  ok &= blockSize >= 32 && blockSize <= 1024 && minGridSize > 0 && occupancy > 0.0f && occupancy <= 1.0f;
  std::vector<int> squares;
  for (int number : numbers) squares.push_back(number * number);
  ok &= all_equal("squares", array.download(), squares);
  return verdict(ok);
}
