/// @file
/// Shared variables in every form that CUDA programs use, compiled and run.
#include <cuda_runtime.h>

#include <cstdint>
#include <utility>

#include "support/catch.h"

#define SHARED __shared__
#define DECLARE_TILE(type, name, size) __shared__ type name[size]

constexpr int kThreads = 64;

extern __shared__ float dynamic_at_file_scope[];
__shared__ int at_file_scope[kThreads];

template <class T>
__device__ T reversed(T value) {
  __shared__ T values[kThreads];
  values[threadIdx.x] = value;
  __syncthreads();
  const T result = values[blockDim.x - 1 - threadIdx.x];
  __syncthreads();
  return result;
}

__global__ void all_forms(int* errors) {
  __shared__ int plain[kThreads];
  static __shared__ float scalar;
  volatile __shared__ int quick[kThreads];
  float __shared__ table[kThreads][3], *row;
  SHARED struct {
    int a;
    float b;
  } unnamed, several[2];
  __shared__ union Bits {
    float real;
    unsigned bits;
  } both;
  __shared__ std::pair<int, float> pairs[kThreads];
  DECLARE_TILE(short, small, kThreads);
  __shared__ alignas(128) char aligned[3];
  __shared__ __align__(64) char aligned_as_cuda_does[1];
  __shared__ int(*pointer)[kThreads];
  const int t = threadIdx.x;
  const int other = (t + 1) % kThreads;
  plain[t] = t;
  quick[t] = 2 * t;
  table[t][2] = 3.0f * t;
  pairs[t] = {t, 0.5f * t};
  small[t] = -t;
  at_file_scope[t] = 7 * t;
  if (t == 0) {
    scalar = 5;
    unnamed.a = 6;
    several[1].b = 7;
    both.real = 1.0f;
    row = table[1];
    pointer = &plain;
  }
  __syncthreads();
  int wrong = 0;
  wrong += plain[other] != other;
  wrong += quick[other] != 2 * other;
  wrong += table[other][2] != 3.0f * other;
  wrong += pairs[other].first != other || pairs[other].second != 0.5f * other;
  wrong += small[other] != -other;
  wrong += at_file_scope[other] != 7 * other;
  wrong += scalar != 5 || unnamed.a != 6 || several[1].b != 7 || both.bits != 0x3f800000u;
  wrong += row[2] != 3.0f || (*pointer)[other] != other;
  wrong += reinterpret_cast<std::uintptr_t>(aligned) % 128 != 0;
  wrong += reinterpret_cast<std::uintptr_t>(aligned_as_cuda_does) % 64 != 0;
  wrong += sizeof(table) != kThreads * 3 * sizeof(float);
  wrong += reversed(t) != kThreads - 1 - t || reversed(0.5 * t) != 0.5 * (kThreads - 1 - t);
  [&] {
    __shared__ int inside_a_lambda;
    if (t == 0) inside_a_lambda = 3;
    __syncthreads();
    wrong += inside_a_lambda != 3;
  }();
  if (wrong != 0) atomicAdd(errors, wrong);
}

template <typename T>
__global__ void dynamic_forms(int* errors) {
  extern __shared__ __align__(16) unsigned char raw[];
  extern T __shared__ typed[];
  extern __shared__ float rows[][4];
  T* values = reinterpret_cast<T*>(raw);
  values[threadIdx.x] = static_cast<T>(threadIdx.x);
  __syncthreads();
  const int other = blockDim.x - 1 - threadIdx.x;
  int wrong = typed[other] != static_cast<T>(other);
  if (sizeof(T) == 4) wrong += rows[other / 4] + other % 4 != reinterpret_cast<float*>(raw) + other;
  if (sizeof(T) == 4) wrong += dynamic_at_file_scope != reinterpret_cast<float*>(raw);
  if (wrong != 0) atomicAdd(errors, wrong);
}

TEST_CASE("static shared variables of every form are the block's own") {
  int* errors = nullptr;
  REQUIRE(cudaMallocManaged(&errors, sizeof(int)) == cudaSuccess);
  *errors = 0;
  all_forms<<<5, kThreads>>>(errors);
  REQUIRE(cudaDeviceSynchronize() == cudaSuccess);
  CHECK(*errors == 0);
  cudaFree(errors);
}

TEST_CASE("dynamic shared memory has many names and types") {
  int* errors = nullptr;
  REQUIRE(cudaMallocManaged(&errors, sizeof(int)) == cudaSuccess);
  *errors = 0;
  dynamic_forms<float><<<3, kThreads, kThreads * sizeof(float)>>>(errors);
  dynamic_forms<double><<<3, kThreads, kThreads * sizeof(double)>>>(errors);
  dynamic_forms<short><<<3, kThreads, kThreads * sizeof(short)>>>(errors);
  REQUIRE(cudaDeviceSynchronize() == cudaSuccess);
  CHECK(*errors == 0);
  cudaFree(errors);
}
