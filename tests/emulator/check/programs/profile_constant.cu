// Constant memory gives one address at a time to all lanes that want it.
// variant 1: all lanes the same element
// variant 2: each lane its own
// variant 3: four elements, by lane
// variant 4: each lane its own float4
// variant 5: each lane its own, in global memory
// variant 6: half of the lanes the same, the others none
#include "check_program.h"

constexpr int kThreads = 64, kCount = 4 * kThreads;

static __constant__ float table[kCount] = {0}, unused;
__constant__ float4 quads[kThreads];
__device__ float global_table[kCount];

__global__ void look_up(float* out, int step, int mask) {
  const int t = threadIdx.x;
  // counts 1: constant load requests=2 lanes=32 passes=1 needed=8 sectors=0 ideal=0 moved=0 ways=0 bytes=4
  // counts 2: constant load requests=2 lanes=32 passes=32 needed=256 sectors=0 moved=0
  // counts 3: constant load requests=2 passes=4 needed=32
  const float value = table[(t & mask) * step];
  out[t] = value;  // counts 1,2,3: global store requests=2 sectors=4
}

__global__ void look_up_quad(float* out) {
  const int t = threadIdx.x;
  const float4 value = quads[t];  // counts 4: constant load requests=2 passes=32 needed=1024 bytes=16
  out[t] = value.x;
}

__global__ void look_up_global(float* out) {
  const int t = threadIdx.x;
  const float value = global_table[t];  // counts 5: global load requests=2 sectors=4 ideal=4 moved=256
  out[t] = value;
}

__global__ void look_up_some(float* out) {
  const int t = threadIdx.x;
  if (t % 2 == 0) out[t] = table[7];  // counts 6: constant load requests=2 lanes=16 passes=1 needed=8
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<float, kCount>::counting();
  auto results = Values<float, kCount>::zeros();
  float* out = results.to_device();
  CUDA_CHECK(cudaMemcpyToSymbol(table, values.data, sizeof values.data));
  CUDA_CHECK(cudaMemcpyToSymbol(quads, values.data, sizeof values.data));
  CUDA_CHECK(cudaMemcpyToSymbol(global_table, values.data, sizeof values.data));
  // launch 1: read=0 written=256
  if (variant == 1) look_up<<<1, kThreads>>>(out, 0, -1);
  if (variant == 2) look_up<<<1, kThreads>>>(out, 1, -1);
  if (variant == 3) look_up<<<1, kThreads>>>(out, 1, 3);
  if (variant == 4) look_up_quad<<<1, kThreads>>>(out);
  // launch 5: read=256 written=256
  if (variant == 5) look_up_global<<<1, kThreads>>>(out);
  if (variant == 6) look_up_some<<<1, kThreads>>>(out);
  CUDA_CHECK(cudaGetLastError());
  results.from_device(out);
  CUDA_CHECK(cudaFree(out));
  bool ok = true;
  for (int t = 0; t < kThreads; ++t) {
    const int element[] = {0, 0, t, t % 4, 4 * t, t, 7};
    const bool is_read = variant != 6 || t % 2 == 0;
    ok &= results.data[t] == (is_read ? element[variant] + 1.0f : 0.0f);
  }
  return verdict(ok);
}
