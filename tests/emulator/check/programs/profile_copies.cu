// Loads from global memory, from perfect to one sector a lane.
// variant 1: neighbouring floats
// variant 2: every 32nd float
// variant 3: every second float
// variant 4: neighbouring floats, one further
// variant 5: backwards
// variant 6: all lanes the same float
// variant 7: float4
// variant 8: bytes
// variant 9: half2
// variant 10: a count that fills no warp
#include <cuda_fp16.h>

#include "check_program.h"

constexpr int kThreads = 64, kBlocks = 3, kCount = kThreads * kBlocks, kTail = 100;

__global__ void copy(const float* in, float* out, int stride, int offset) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  // counts 1: global load requests=6 lanes=32 sectors=4 ideal=4 moved=768 needed=768
  // counts 2: global load requests=6 sectors=32 ideal=4 moved=6144 needed=768
  // counts 3: global load sectors=8 ideal=4
  // counts 4: global load sectors=5 ideal=4
  // counts 5: global load sectors=4 ideal=4
  // counts 6: global load sectors=1 ideal=1 moved=192 needed=24
  const float value = in[i * stride + offset];
  out[i] = value;  // counts 1,2,3,4,5,6: global store requests=6 sectors=4 ideal=4
}

__global__ void copy_quads(const float4* in, float4* out) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  const float4 value = in[i];  // counts 7: global load requests=6 lanes=32 sectors=16 ideal=16 needed=3072
  out[i] = value;              // counts 7: global store requests=6 lanes=32 sectors=16 ideal=16
}

__global__ void copy_bytes(const char* in, char* out) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  const char value = in[i];  // counts 8: global load requests=6 lanes=32 sectors=1 ideal=1 needed=192
  out[i] = value;            // counts 8: global store requests=6 sectors=1 ideal=1
}

__global__ void copy_half_pairs(const __half2* in, __half2* out) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  const __half2 value = in[i];  // counts 9: global load requests=6 lanes=32 sectors=4 ideal=4
  out[i] = value;               // counts 9: global store requests=6 sectors=4 ideal=4
}

__global__ void copy_some(const float* in, float* out) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  if (i >= kTail) return;
  const float value = in[i];  // counts 10: global load requests=4 lanes=25 sectors=3.25 ideal=3.25 needed=400
  out[i] = value;             // counts 10: global store requests=4 lanes=25 sectors=3.25 ideal=3.25
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<float, 32 * kCount>::counting();
  float *in = values.to_device(), *out = values.to_device();
  int stride = 1, offset = 0;
  if (variant == 2) stride = 32;
  if (variant == 3) stride = 2;
  if (variant == 4) offset = 1;
  if (variant == 5) stride = -1, offset = kCount - 1;
  if (variant == 6) stride = 0;
  if (variant <= 6) copy<<<kBlocks, kThreads>>>(in, out, stride, offset);
  if (variant == 7)
    copy_quads<<<kBlocks, kThreads>>>(reinterpret_cast<float4*>(in), reinterpret_cast<float4*>(out));
  if (variant == 8)
    copy_bytes<<<kBlocks, kThreads>>>(reinterpret_cast<char*>(in), reinterpret_cast<char*>(out));
  if (variant == 9)
    copy_half_pairs<<<kBlocks, kThreads>>>(reinterpret_cast<__half2*>(in), reinterpret_cast<__half2*>(out));
  if (variant == 10) copy_some<<<kBlocks, kThreads>>>(in, out);
  CUDA_CHECK(cudaGetLastError());
  values.from_device(out);
  CUDA_CHECK(cudaFree(in));
  CUDA_CHECK(cudaFree(out));
  bool ok = true;
  for (int i = 0; i < kCount; ++i)
    ok &= values.data[i] == (variant <= 6 ? static_cast<float>(i * stride + offset + 1) : i + 1.0f);
  return verdict(ok);
}
