/// @file
/// Inline assembly that has a meaning here, and that which is never compiled.
#include <cuda_runtime.h>

#include <cstdint>

#include "support/catch.h"

#define COPY_ASYNC(to, from) asm volatile("cp.async.ca.shared.global [%0], [%1], 4;\n" ::"r"(to), "l"(from))

__device__ __forceinline__ unsigned lane_id() {
  unsigned lane;
  asm volatile("mov.u32 %0, %%laneid;" : "=r"(lane));
  return lane;
}

// Nobody calls it, so nobody misses what it does.
static __device__ __attribute__((unused)) void matrix_product([[maybe_unused]] unsigned& d,
                                                              [[maybe_unused]] unsigned a) {
  asm volatile("mma.sync.aligned.m8n8k4.row.col.f16.f16.f16.f16 {%0}, {%1};\n" : "=r"(d) : "r"(a));
}

template <class T>
__device__ void never_instantiated(T* to) {
  asm("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];" : "=r"(*to) : "r"(0));
}

__host__ __device__ inline float fast_exp2(float x) {
#if defined(__EMULATED_GPU__)
  return exp2f(x);
#else
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#endif
}

__global__ void special_registers(int* errors) {
  unsigned below, upto;
  float power, inverse;
  asm("mov.u32 %0, %lanemask_lt;" : "=r"(below));
  asm("mov.u32 %0, %%lanemask_le;\n\t" : "=r"(upto));
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(static_cast<float>(lane_id())));
  asm volatile("rcp.approx.f32 %0, %1;\n" : "=f"(inverse) : "f"(4.0f));
  asm volatile("bar.sync 0;" ::: "memory");
  asm volatile("" ::: "memory");
  int wrong = lane_id() != threadIdx.x % 32;
  wrong += below != (1u << lane_id()) - 1;
  wrong += upto != (below | 1u << lane_id());
  wrong += power != fast_exp2(static_cast<float>(lane_id())) || inverse != 0.25f;
  if (wrong != 0) atomicAdd(errors, wrong);
}

TEST_CASE("instructions with an exact meaning do what they say") {
  int* errors = nullptr;
  REQUIRE(cudaMallocManaged(&errors, sizeof(int)) == cudaSuccess);
  *errors = 0;
  special_registers<<<2, 96>>>(errors);
  REQUIRE(cudaDeviceSynchronize() == cudaSuccess);
  CHECK(*errors == 0);
  cudaFree(errors);
}
