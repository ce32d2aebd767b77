// Bitonic sort of keys with values: shared memory while the stride fits a block, global memory beyond.
#include <algorithm>

#include "program.h"

#define SHARED_SIZE_LIMIT 256U

__device__ inline void Comparator(uint& keyA, uint& valA, uint& keyB, uint& valB, uint dir) {
  if ((keyA > keyB) == dir) {
    uint t = keyA;
    keyA = keyB;
    keyB = t;
    t = valA;
    valA = valB;
    valB = t;
  }
}

__global__ void bitonicSortShared(uint* key, uint* val, uint dir) {
  __shared__ uint s_key[SHARED_SIZE_LIMIT], s_val[SHARED_SIZE_LIMIT];
  key += blockIdx.x * SHARED_SIZE_LIMIT + threadIdx.x;
  val += blockIdx.x * SHARED_SIZE_LIMIT + threadIdx.x;
  for (uint half = 0; half < SHARED_SIZE_LIMIT; half += SHARED_SIZE_LIMIT / 2) {
    s_key[threadIdx.x + half] = key[half];
    s_val[threadIdx.x + half] = val[half];
  }
  for (uint size = 2; size <= SHARED_SIZE_LIMIT; size <<= 1) {
    // Neighbouring blocks sort in opposite directions, so that pairs of them are bitonic.
    uint ddd = size == SHARED_SIZE_LIMIT ? (blockIdx.x & 1) ^ dir : dir ^ ((threadIdx.x & (size / 2)) != 0);
    for (uint stride = size / 2; stride > 0; stride >>= 1) {
      __syncthreads();
      uint pos = 2 * threadIdx.x - (threadIdx.x & (stride - 1));
      Comparator(s_key[pos], s_val[pos], s_key[pos + stride], s_val[pos + stride], ddd);
    }
  }
  __syncthreads();
  for (uint half = 0; half < SHARED_SIZE_LIMIT; half += SHARED_SIZE_LIMIT / 2) {
    key[half] = s_key[threadIdx.x + half];
    val[half] = s_val[threadIdx.x + half];
  }
}

__global__ void bitonicMergeGlobal(uint* key, uint* val, uint arrayLength, uint size, uint stride, uint dir) {
  uint global_i = blockIdx.x * blockDim.x + threadIdx.x, i = global_i & (arrayLength / 2 - 1);
  uint ddd = dir ^ ((i & (size / 2)) != 0), pos = 2 * global_i - (global_i & (stride - 1));
  Comparator(key[pos], val[pos], key[pos + stride], val[pos + stride], ddd);
}

int main() {
  const uint length = 4096, dir = 1;
  std::vector<uint> keys(length), values(length);
  for (uint i = 0; i < length; ++i) keys[i] = random_engine()() % 1000, values[i] = i;
  DeviceArray<uint> key(keys), val(values);
  bitonicSortShared<<<length / SHARED_SIZE_LIMIT, SHARED_SIZE_LIMIT / 2>>>(key, val, dir);
  for (uint size = 2 * SHARED_SIZE_LIMIT; size <= length; size <<= 1)
    for (uint stride = size / 2; stride > 0; stride >>= 1)
      bitonicMergeGlobal<<<length / 256, 128>>>(key, val, length, size, stride, dir);
  CHECK_LAUNCH();
  std::vector<uint> sorted = keys;
  std::sort(sorted.begin(), sorted.end());
  const auto got = key.download(), places = val.download();
  bool ok = all_equal("keys", got, sorted);
  std::vector<bool> seen(length);
  for (uint i = 0; i < length; ++i) {
    ok &= places[i] < length && !seen[places[i]] && keys[places[i]] == got[i];
    if (places[i] < length) seen[places[i]] = true;
  }
  return verdict(ok);
}
