// Vector types want addresses that are multiples of their size.
// variant 1: correct, float4
// variant 2: float4 loads one float further
// variant 3: double2 stores one double further
// variant 4: int2 loads one int further
// variant 5: a double in a row of bytes
// variant 6: float4 in shared memory, one float further
#include "check_program.h"

constexpr int kThreads = 32, kCount = 4 * kThreads + 4;

__global__ void load_quads(const float* in, float* out, int offset) {
  const int t = threadIdx.x;
  const float4 quad = *reinterpret_cast<const float4*>(in + offset + 4 * t);  // expect 2: misaligned
  out[t] = quad.x + quad.y + quad.z + quad.w;
}

__global__ void store_pairs(double* out) {
  const int t = threadIdx.x;
  // expect 3: misaligned
  if (t < 15) reinterpret_cast<double2*>(out + 1)[t] = make_double2(1.0 * t, 2.0 * t);
}

__global__ void load_pairs(const int* in, float* out) {
  const int t = threadIdx.x;
  const int2 pair = reinterpret_cast<const int2*>(in + 1)[t];  // expect 4: misaligned
  out[t] = static_cast<float>(pair.x + pair.y);
}

__global__ void load_packed(const char* in, float* out) {
  const int t = threadIdx.x;
  const double value = *reinterpret_cast<const double*>(in + 9 * t);  // expect 5: misaligned
  out[t] = static_cast<float>(value);
}

__global__ void shared_quads(const float* in, float* out) {
  __shared__ float values[kCount];
  const int t = threadIdx.x;
  for (int i = t; i < kCount; i += kThreads) values[i] = in[i];
  __syncthreads();
  // expect 6: misaligned array=values
  const float4 quad = *reinterpret_cast<const float4*>(&values[4 * t + 1]);
  out[t] = quad.x + quad.w;
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<float, kCount>::counting();
  float *in = values.to_device(), *out = values.to_device();
  if (variant <= 2) load_quads<<<1, kThreads>>>(in, out, variant - 1);
  if (variant == 3) store_pairs<<<1, kThreads>>>(reinterpret_cast<double*>(out));
  if (variant == 4) load_pairs<<<1, kThreads>>>(reinterpret_cast<int*>(in), out);
  if (variant == 5) load_packed<<<1, kThreads>>>(reinterpret_cast<char*>(in), out);
  if (variant == 6) shared_quads<<<1, kThreads>>>(in, out);
  if (variant != 1) {
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(out);
    return 0;
  }
  CUDA_CHECK(cudaGetLastError());
  values.from_device(out);
  CUDA_CHECK(cudaFree(in));
  CUDA_CHECK(cudaFree(out));
  bool ok = true;
  for (int t = 0; t < kThreads; ++t) ok &= values.data[t] == 16.0f * t + 10.0f;
  return verdict(ok);
}
