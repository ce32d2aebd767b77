// One warp fills a buffer while another uses the one that was filled before.
// variant 1: correct, two buffers in turn
// variant 2: one buffer
// variant 3: two buffers, and the consumer takes the one being filled
#include "check_program.h"

constexpr int kRounds = 6, kCount = 32 * kRounds;

__global__ void pipeline(const int* in, int* out, int variant) {
  __shared__ int buffers[2][32];
  const int lane = threadIdx.x % 32;
  const bool is_producer = threadIdx.x < 32;
  for (int round = 0; round <= kRounds; ++round) {
    const int filled = variant == 2 ? 0 : round % 2;
    const int used = variant == 1 ? 1 - round % 2 : filled;
    if (is_producer) {
      // expect 2,3: race array=buffers
      if (round < kRounds) buffers[filled][lane] = in[round * 32 + lane];
    } else {
      // expect 2,3: race; allow 3: uninitialized
      if (round > 0) out[(round - 1) * 32 + lane] = buffers[used][31 - lane];
    }
    __syncthreads();
  }
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  const auto in = Values<int, kCount>::counting();
  auto out = Values<int, kCount>::zeros();
  int *din = in.to_device(), *dout = out.to_device();
  pipeline<<<1, 64>>>(din, dout, variant);
  CUDA_CHECK(cudaGetLastError());
  out.from_device(dout);
  CUDA_CHECK(cudaFree(din));
  CUDA_CHECK(cudaFree(dout));
  bool ok = true;
  for (int i = 0; i < kCount; ++i) ok &= out.data[i] == in.data[i / 32 * 32 + 31 - i % 32];
  return verdict(ok || variant != 1);
}
