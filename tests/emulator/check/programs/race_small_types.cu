// Values narrower and wider than a word.
// variant 1: correct, neighbours of half precision from different threads
// variant 2: two threads write the same half
// variant 3: correct, neighbouring bytes from different threads
// variant 4: two threads write the same byte
// variant 5: each thread puts its four bits into a byte that it shares with its neighbour
// variant 6: correct, one thread has both halves of the byte
// variant 7: correct, a float4 is stored, and its parts are loaded behind a barrier
// variant 8: parts of a float4 are loaded without a barrier
#include <cuda_fp16.h>

#include "check_program.h"

constexpr int kThreads = 64, kBlocks = 2, kCount = kThreads * kBlocks;

__global__ void store_halves(__half* x, int shift) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  x[i >> shift] = __float2half(1.0f * i);  // expect 2: race
}

__global__ void store_bytes(unsigned char* x, int shift) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  x[i >> shift] = static_cast<unsigned char>(i);  // expect 4: race
}

// Four-bit values, two in a byte.
__global__ void pack_own(unsigned char* x) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  const int value = i % 16;
  const int old = x[i / 2];  // expect 5: race
  const int packed = i % 2 == 0 ? (old & 0xf0) | value : (old & 0x0f) | value << 4;
  x[i / 2] = static_cast<unsigned char>(packed);  // expect 5: race; expect 5: race@both_write
}

__global__ void pack_pairs(unsigned char* x) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  x[i] = static_cast<unsigned char>(2 * i % 16 | (2 * i + 1) % 16 << 4);
}

__global__ void spread(float* x, int variant) {
  __shared__ float4 quads[kThreads];
  const int t = threadIdx.x;
  const float first = 4.0f * (blockIdx.x * kThreads + t);
  quads[t] = make_float4(first, first + 1, first + 2, first + 3);  // expect 8: race array=quads
  if (variant != 8) __syncthreads();
  const float* parts = reinterpret_cast<const float*>(quads);
  for (int i = t; i < 4 * kThreads; i += kThreads)
    x[blockIdx.x * 4 * kThreads + i] = parts[i];  // expect 8: race; allow 8: uninitialized
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<float, 4 * kCount>::zeros();
  float* x = values.to_device();
  if (variant <= 2) store_halves<<<kBlocks, kThreads>>>(reinterpret_cast<__half*>(x), variant - 1);
  auto* bytes = reinterpret_cast<unsigned char*>(x);
  if (variant == 3 || variant == 4) store_bytes<<<kBlocks, kThreads>>>(bytes, variant - 3);
  if (variant == 5) pack_own<<<kBlocks, kThreads>>>(bytes);
  if (variant == 6) pack_pairs<<<kBlocks, kThreads>>>(bytes);
  if (variant >= 7) spread<<<kBlocks, kThreads>>>(x, variant);
  CUDA_CHECK(cudaGetLastError());
  values.from_device(x);
  CUDA_CHECK(cudaFree(x));
  const auto* halves = reinterpret_cast<const __half*>(values.data);
  const auto* got = reinterpret_cast<const unsigned char*>(values.data);
  bool ok = true;
  for (int i = 0; i < kCount; ++i) {
    if (variant == 1) ok &= __half2float(halves[i]) == i;
    if (variant == 3) ok &= got[i] == i;
    if (variant == 6) ok &= got[i] == (2 * i % 16 | (2 * i + 1) % 16 << 4);
  }
  for (int i = 0; i < 4 * kCount && variant == 7; ++i) ok &= values.data[i] == i;
  return verdict(ok);
}
