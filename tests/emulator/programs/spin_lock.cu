// A mutex of atomicCAS and __threadfence guards data that atomics cannot update: the largest value with its
// place.
#include <algorithm>

#include "program.h"

struct Lock {
  int* mutex;
  __device__ void lock() {
    while (atomicCAS(mutex, 0, 1) != 0) {
    }
    __threadfence();
  }
  __device__ void unlock() {
    __threadfence();
    atomicExch(mutex, 0);
  }
};

struct Best {
  float value;
  int index;
  int updates;
};

__global__ void find_largest(Lock lock, const float* x, int n, volatile Best* best) {
  __shared__ float values[128];
  __shared__ int indices[128];
  float value = -1e30f;
  int index = -1;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    if (x[i] > value) value = x[i], index = i;
  values[threadIdx.x] = value, indices[threadIdx.x] = index;
  __syncthreads();
  if (threadIdx.x == 0) {
    for (int t = 1; t < blockDim.x; ++t)
      if (values[t] > value) value = values[t], index = indices[t];
    lock.lock();
    if (value > best->value) {
      best->value = value;
      best->index = index;
    }
    best->updates = best->updates + 1;
    lock.unlock();
  }
}

// Every thread takes the lock: inside a warp the holder must be let out of the loop before the others spin.
__global__ void count_all(int* mutex, volatile int* counter) {
  bool done = false;
  while (!done) {
    if (atomicCAS(mutex, 0, 1) == 0) {
      *counter = *counter + 1;
      __threadfence();
      atomicExch(mutex, 0);
      done = true;
    }
  }
}

int main() {
  const int n = 20011, blocks = 37;
  const auto x = random_floats(n);
  DeviceArray<float> dx(x);
  DeviceArray<int> mutex(1), counter(1);
  DeviceArray<Best> best(std::vector<Best>{{-1e30f, -1, 0}});
  mutex.clear();
  find_largest<<<blocks, 128>>>(Lock{mutex}, dx, n, best.get());
  CHECK_LAUNCH();
  const Best got = best.download()[0];
  const float expected = *std::max_element(x.begin(), x.end());
  bool ok = got.value == expected && got.index >= 0 && x[got.index] == expected && got.updates == blocks;
  counter.clear();
  count_all<<<5, 64>>>(mutex, counter);
  CHECK_LAUNCH();
  ok &= counter.download()[0] == 5 * 64;
  return verdict(ok);
}
