// Loads from shared memory and the 32 banks it has.
// variant 1: neighbouring floats
// variant 2: every second float
// variant 3: every 32nd float
// variant 4: every 33rd float
// variant 5: all lanes the same float
// variant 6: double: two passes are all there can be
// variant 7: float4: four passes are all there can be
// variant 8: bytes
#include "check_program.h"

constexpr int kThreads = 32, kBlocks = 3, kFloats = 33 * 32;

__global__ void load_floats(const float* in, float* out, int stride) {
  __shared__ float values[kFloats];
  for (int i = threadIdx.x; i < kFloats; i += kThreads) values[i] = in[i];
  __syncthreads();
  // counts 1,4,5: shared load requests=3 lanes=32 ways=1 moved=384
  // counts 2: shared load requests=3 lanes=32 ways=2 moved=768
  // counts 3: shared load requests=3 lanes=32 ways=32 moved=12288
  out[blockIdx.x * kThreads + threadIdx.x] = values[threadIdx.x * stride];
}

__global__ void load_wide(const float* in, float* out, int variant) {
  __shared__ float4 quads[kThreads];
  __shared__ double2 pairs[kThreads / 2];
  __shared__ int words[kThreads / 4];
  const int t = threadIdx.x;
  if (t < kThreads / 2) pairs[t] = make_double2(in[2 * t], in[2 * t + 1]);
  if (t < kThreads / 4) words[t] = 0x01010101 * t;
  quads[t] = make_float4(in[t], 0, 0, 0);
  __syncthreads();
  float value = 0;
  if (variant == 6) {
    // counts 6: shared load requests=3 lanes=32 ways=1 moved=768
    const double number = reinterpret_cast<const double*>(pairs)[t];
    value = static_cast<float>(number);
  }
  if (variant == 7) {
    const float4 quad = quads[t];  // counts 7: shared load requests=3 lanes=32 ways=1 moved=1536
    value = quad.x + quad.y;
  }
  if (variant == 8) {
    // counts 8: shared load requests=3 lanes=32 ways=1 moved=384
    const char byte = reinterpret_cast<const char*>(words)[t];
    value = byte;
  }
  out[blockIdx.x * kThreads + t] = value;
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<float, kFloats>::counting();
  float *in = values.to_device(), *out = values.to_device();
  const int strides[] = {0, 1, 2, 32, 33, 0};
  if (variant <= 5) load_floats<<<kBlocks, kThreads>>>(in, out, strides[variant]);
  if (variant >= 6) load_wide<<<kBlocks, kThreads>>>(in, out, variant);
  CUDA_CHECK(cudaGetLastError());
  values.from_device(out);
  CUDA_CHECK(cudaFree(in));
  CUDA_CHECK(cudaFree(out));
  bool ok = true;
  for (int i = 0; i < kBlocks * kThreads; ++i) {
    const int t = i % kThreads, whole = variant == 8 ? t / 4 : t + 1;
    ok &= values.data[i] == (variant <= 5 ? t * strides[variant] + 1 : whole);
  }
  return verdict(ok);
}
