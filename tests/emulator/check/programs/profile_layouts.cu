// The same sums from an array of structures and from a structure of arrays.
// variant 1: one member of an array of structures of 16 bytes
// variant 2: one member of an array of structures of 12 bytes
// variant 3: a structure of arrays
// variant 4: the whole structure of 16 bytes in one load
#include "check_program.h"

constexpr int kThreads = 64, kBlocks = 3, kCount = kThreads * kBlocks;

struct Point3 {
  float x, y, z;
};

__global__ void double_wide(const float4* points, float* out) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  const float x = points[i].x;  // counts 1: global load requests=6 lanes=32 sectors=16 ideal=4 needed=768
  out[i] = 2 * x;
}

__global__ void double_packed(const Point3* points, float* out) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  const float x = points[i].x;  // counts 2: global load requests=6 lanes=32 sectors=12 ideal=4 needed=768
  out[i] = 2 * x;
}

__global__ void double_array(const float* xs, float* out) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  const float x = xs[i];  // counts 3: global load requests=6 lanes=32 sectors=4 ideal=4 needed=768
  out[i] = 2 * x;
}

__global__ void sum_whole(const float4* points, float* out) {
  const int i = blockIdx.x * kThreads + threadIdx.x;
  const float4 p = points[i];  // counts 4: global load requests=6 lanes=32 sectors=16 ideal=16 needed=3072
  out[i] = p.x + p.y + p.z + p.w;
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<float, 4 * kCount>::counting();
  float *in = values.to_device(), *out = values.to_device();
  auto* quads = reinterpret_cast<float4*>(in);
  if (variant == 1) double_wide<<<kBlocks, kThreads>>>(quads, out);
  if (variant == 2) double_packed<<<kBlocks, kThreads>>>(reinterpret_cast<Point3*>(in), out);
  if (variant == 3) double_array<<<kBlocks, kThreads>>>(in, out);
  if (variant == 4) sum_whole<<<kBlocks, kThreads>>>(quads, out);
  CUDA_CHECK(cudaGetLastError());
  values.from_device(out);
  CUDA_CHECK(cudaFree(in));
  CUDA_CHECK(cudaFree(out));
  const int strides[] = {0, 4, 3, 1};
  bool ok = true;
  for (int i = 0; i < kCount; ++i)
    ok &= values.data[i] == (variant == 4 ? 16.0f * i + 10 : 2.0f * (strides[variant] * i + 1));
  return verdict(ok);
}
