// Lanes that take part in a request.
// variant 1: all lanes
// variant 2: every second lane
// variant 3: half a warp to each side of a branch
// variant 4: loops of different lengths: a lane's second turn is no part of the others' first
// variant 5: as 4, with a loop around it
#include "check_program.h"

constexpr int kThreads = 64, kBlocks = 3, kCount = kThreads * kBlocks;

__global__ void branch(const float* in, float* out, int variant) {
  const int t = threadIdx.x, i = blockIdx.x * kThreads + t;
  float value = 0;
  if (variant == 1) value = in[i];  // counts 1: global load requests=6 lanes=32 sectors=4 ideal=4
  if (variant == 2) {
    if (t % 2 == 1) value = in[i];  // counts 2: global load requests=6 lanes=16 sectors=4 ideal=2
  }
  if (variant == 3) {
    if (t % 32 < 16) {
      value = in[i];  // counts 3: global load requests=6 lanes=16 sectors=2 ideal=2
    } else {
      value = 2 * in[i];  // counts 3: global load requests=6 lanes=16 sectors=2 ideal=2
    }
  }
  out[i] = value;  // counts 1,2,3: global store requests=6 lanes=32 sectors=4 ideal=4
}

__global__ void loops(const float* in, float* out, int repeats) {
  const int t = threadIdx.x, i = blockIdx.x * kThreads + t;
  float sum = 0;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    for (int turn = 0; turn <= t % 4; ++turn) {
      // counts 4: global load requests=24 lanes=20 sectors=4 ideal=2.5
      // counts 5: global load requests=48 lanes=20 sectors=4 ideal=2.5
      sum += in[turn * kCount + i];
    }
  }
  out[i] = sum;
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<float, 4 * kCount>::counting();
  float *in = values.to_device(), *out = values.to_device();
  if (variant <= 3) branch<<<kBlocks, kThreads>>>(in, out, variant);
  if (variant >= 4) loops<<<kBlocks, kThreads>>>(in, out, variant - 3);
  CUDA_CHECK(cudaGetLastError());
  values.from_device(out);
  CUDA_CHECK(cudaFree(in));
  CUDA_CHECK(cudaFree(out));
  bool ok = true;
  for (int i = 0; i < kCount; ++i) {
    float expected = 0;
    if (variant == 1) expected = i + 1.0f;
    if (variant == 2) expected = i % 2 == 1 ? i + 1.0f : 0.0f;
    if (variant == 3) expected = i % 32 < 16 ? i + 1.0f : 2.0f * (i + 1);
    for (int turn = 0; turn <= i % 4 && variant >= 4; ++turn)
      expected += (variant - 3) * (turn * kCount + i + 1.0f);
    ok &= values.data[i] == expected;
  }
  return verdict(ok);
}
