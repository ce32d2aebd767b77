// The mask of a warp function names who takes part.
// variant 1: correct, all lanes
// variant 2: a full mask in a branch that half of the lanes take; the others wait at another function
// variant 3: a lane calls with a mask that does not name it
// variant 4: the mask names a lane that has returned
// variant 5: correct, the mask is the ballot of those who take the branch
// variant 6: correct, the last warp of the block is not full
#include "check_program.h"

constexpr int kThreads = 40;

__global__ void sums(int* x, int variant) {
  const int t = threadIdx.x, lane = t % 32;
  int value = x[t];
  if (variant == 2) {
    if (lane < 16)
      value += __shfl_xor_sync(~0u, value, 1);  // expect 2: warp_mask
    else
      value = __reduce_add_sync(~0u, value);  // expect 2: warp_mask
  }
  if (variant == 3) value += __shfl_xor_sync(0x0000ffff, value, 1);  // expect 3: warp_mask
  if (variant == 4 && lane == 31) return;                            // expect 4: warp_mask
  if (variant == 4) value += __shfl_xor_sync(~0u, value, 1);         // expect 4: warp_mask
  const unsigned active = __ballot_sync(t < 32 ? ~0u : 0xffu, lane < 8);
  if (variant == 5 && lane < 8) value += __shfl_xor_sync(active, value, 1);
  if (variant == 1 && t < 32) value += __shfl_xor_sync(~0u, value, 1);
  if (variant == 6) value += __shfl_xor_sync(t < 32 ? ~0u : 0xffu, value, 1);
  x[t] = value;
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  auto values = Values<int, kThreads>::counting();
  int* x = values.to_device();
  sums<<<1, kThreads>>>(x, variant);
  const bool is_correct = variant == 1 || variant >= 5;
  if (is_correct) values.from_device(x);
  cudaDeviceSynchronize();
  cudaFree(x);
  bool ok = true;
  for (int t = 0; t < kThreads && is_correct; ++t) {
    const bool has_sum = variant == 6 || (variant == 1 ? t < 32 : t % 32 < 8);
    ok &= values.data[t] == (has_sum ? (t + 1) + ((t ^ 1) + 1) : t + 1);
  }
  return verdict(ok);
}
