#include <thrust/device_vector.h>
#include <thrust/functional.h>
#include <thrust/reduce.h>
#include <thrust/sequence.h>
#include <thrust/sort.h>

#include "support.h"

__global__ void square(int* data, int count) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) data[i] *= data[i];
}

TEST_CASE("Thrust's vectors and algorithms work together with kernels") {
  const FreshDevice device;
  const int count = 1000;
  thrust::device_vector<int> values(count);
  thrust::sequence(values.begin(), values.end());
  square<<<4, 256>>>(thrust::raw_pointer_cast(values.data()), count);
  REQUIRE(take_device_error() == cudaSuccess);
  CHECK(thrust::reduce(values.begin(), values.end()) == 332833500);
  thrust::sort(values.begin(), values.end(), thrust::greater<int>());
  CHECK(values[0] == 999 * 999);
  int* raw = to_device(std::vector<int>(10, 4));
  CHECK(thrust::reduce(thrust::device_pointer_cast(raw), thrust::device_pointer_cast(raw) + 10) == 40);
}
