/// @file
/// cuRAND's host interface: fills arrays in device memory, or with curandCreateGeneratorHost in host memory.
///
/// XORWOW (the default) and Philox. The numbers are those of the generator's sequence 0, one after another;
/// cuRAND deals them out from many sequences, so it fills an array with others. The other generators, Poisson
/// and quasirandom numbers are missing and return CURAND_STATUS_TYPE_ERROR or do not exist.
#pragma once

#include <cuda_runtime.h>

#include <cstring>
#include <memory>
#include <variant>
#include <vector>

#include <emulator/curand/distributions.h>

enum curandStatus_t {
  CURAND_STATUS_SUCCESS = 0,
  CURAND_STATUS_VERSION_MISMATCH = 100,
  CURAND_STATUS_NOT_INITIALIZED = 101,
  CURAND_STATUS_ALLOCATION_FAILED = 102,
  CURAND_STATUS_TYPE_ERROR = 103,
  CURAND_STATUS_OUT_OF_RANGE = 104,
  CURAND_STATUS_LENGTH_NOT_MULTIPLE = 105,
  CURAND_STATUS_DOUBLE_PRECISION_REQUIRED = 106,
  CURAND_STATUS_LAUNCH_FAILURE = 201,
  CURAND_STATUS_PREEXISTING_FAILURE = 202,
  CURAND_STATUS_INITIALIZATION_FAILED = 203,
  CURAND_STATUS_ARCH_MISMATCH = 204,
  CURAND_STATUS_INTERNAL_ERROR = 999
};

enum curandRngType_t {
  CURAND_RNG_PSEUDO_DEFAULT = 100,
  CURAND_RNG_PSEUDO_XORWOW = 101,
  CURAND_RNG_PSEUDO_MRG32K3A = 121,
  CURAND_RNG_PSEUDO_MTGP32 = 141,
  CURAND_RNG_PSEUDO_MT19937 = 142,
  CURAND_RNG_PSEUDO_PHILOX4_32_10 = 161,
  CURAND_RNG_QUASI_DEFAULT = 200,
  CURAND_RNG_QUASI_SOBOL32 = 201,
  CURAND_RNG_QUASI_SCRAMBLED_SOBOL32 = 202,
  CURAND_RNG_QUASI_SOBOL64 = 203,
  CURAND_RNG_QUASI_SCRAMBLED_SOBOL64 = 204
};

enum curandOrdering_t {
  CURAND_ORDERING_PSEUDO_BEST = 100,
  CURAND_ORDERING_PSEUDO_DEFAULT = 101,
  CURAND_ORDERING_PSEUDO_SEEDED = 102,
  CURAND_ORDERING_PSEUDO_LEGACY = 103,
  CURAND_ORDERING_PSEUDO_DYNAMIC = 104,
  CURAND_ORDERING_QUASI_DEFAULT = 201
};

struct curandGenerator_st {
  std::variant<curandStateXORWOW, curandStatePhilox4_32_10> state;
  unsigned long long seed = 0;
  unsigned long long offset = 0;
  bool fills_host_memory = false;
  cudaStream_t stream = nullptr;
};
using curandGenerator_t = curandGenerator_st*;

namespace emulator::curand {

inline curandStatus_t restart(curandGenerator_t generator) {
  std::visit([&](auto& state) { curand_init(generator->seed, 0, generator->offset, &state); },
             generator->state);
  return CURAND_STATUS_SUCCESS;
}

inline curandStatus_t create(curandGenerator_t* generator, curandRngType_t type, bool host) {
  auto made = std::make_unique<curandGenerator_st>();
  if (type == CURAND_RNG_PSEUDO_PHILOX4_32_10) {
    made->state = curandStatePhilox4_32_10{};
  } else if (type != CURAND_RNG_PSEUDO_DEFAULT && type != CURAND_RNG_PSEUDO_XORWOW) {
    return CURAND_STATUS_TYPE_ERROR;
  }
  made->fills_host_memory = host;
  restart(made.get());
  *generator = made.release();
  return CURAND_STATUS_SUCCESS;
}

/// Writes `count` values that `draw(state)` makes. By way of a copy, which checks the array's bounds.
template <class T, class Draw>
curandStatus_t fill(curandGenerator_t generator, T* output, std::size_t count, Draw draw) {
  if (generator == nullptr) return CURAND_STATUS_NOT_INITIALIZED;
  std::vector<T> values(count);
  std::visit(
      [&](auto& state) {
        for (T& value : values) value = draw(&state);
      },
      generator->state);
  if (generator->fills_host_memory) {
    if (count > 0) std::memcpy(output, values.data(), count * sizeof(T));
    return CURAND_STATUS_SUCCESS;
  }
  const cudaError_t error =
      cudaMemcpyAsync(output, values.data(), count * sizeof(T), cudaMemcpyHostToDevice, generator->stream);
  return error == cudaSuccess ? CURAND_STATUS_SUCCESS : CURAND_STATUS_LAUNCH_FAILURE;
}

/// Normal numbers come in pairs.
template <class T, class Draw>
curandStatus_t fill_pairs(curandGenerator_t generator, T* output, std::size_t count, Draw draw) {
  if (count % 2 != 0) return CURAND_STATUS_LENGTH_NOT_MULTIPLE;
  return fill(generator, output, count, draw);
}

}  // namespace emulator::curand

inline curandStatus_t curandCreateGenerator(curandGenerator_t* generator, curandRngType_t type) {
  return emulator::curand::create(generator, type, false);
}
inline curandStatus_t curandCreateGeneratorHost(curandGenerator_t* generator, curandRngType_t type) {
  return emulator::curand::create(generator, type, true);
}
inline curandStatus_t curandDestroyGenerator(curandGenerator_t generator) {
  delete generator;
  return CURAND_STATUS_SUCCESS;
}
inline curandStatus_t curandGetVersion(int* version) {
  *version = 10300;
  return CURAND_STATUS_SUCCESS;
}
inline curandStatus_t curandSetStream(curandGenerator_t generator, cudaStream_t stream) {
  if (generator == nullptr) return CURAND_STATUS_NOT_INITIALIZED;
  generator->stream = stream;
  return CURAND_STATUS_SUCCESS;
}
inline curandStatus_t curandSetPseudoRandomGeneratorSeed(curandGenerator_t generator,
                                                         unsigned long long seed) {
  if (generator == nullptr) return CURAND_STATUS_NOT_INITIALIZED;
  generator->seed = seed;
  return emulator::curand::restart(generator);
}
inline curandStatus_t curandSetGeneratorOffset(curandGenerator_t generator, unsigned long long offset) {
  if (generator == nullptr) return CURAND_STATUS_NOT_INITIALIZED;
  generator->offset = offset;
  return emulator::curand::restart(generator);
}
/// All orders are that of the sequence.
inline curandStatus_t curandSetGeneratorOrdering(curandGenerator_t generator, curandOrdering_t) {
  return generator == nullptr ? CURAND_STATUS_NOT_INITIALIZED : CURAND_STATUS_SUCCESS;
}
inline curandStatus_t curandGenerateSeeds(curandGenerator_t generator) {
  return generator == nullptr ? CURAND_STATUS_NOT_INITIALIZED : CURAND_STATUS_SUCCESS;
}

inline curandStatus_t curandGenerate(curandGenerator_t generator, unsigned int* output, std::size_t count) {
  return emulator::curand::fill(generator, output, count, [](auto* state) { return curand(state); });
}
inline curandStatus_t curandGenerateUniform(curandGenerator_t generator, float* output, std::size_t count) {
  return emulator::curand::fill(generator, output, count, [](auto* state) { return curand_uniform(state); });
}
inline curandStatus_t curandGenerateUniformDouble(curandGenerator_t generator, double* output,
                                                  std::size_t count) {
  return emulator::curand::fill(generator, output, count,
                                [](auto* state) { return curand_uniform_double(state); });
}
inline curandStatus_t curandGenerateNormal(curandGenerator_t generator, float* output, std::size_t count,
                                           float mean, float deviation) {
  return emulator::curand::fill_pairs(generator, output, count,
                                      [=](auto* state) { return mean + deviation * curand_normal(state); });
}
inline curandStatus_t curandGenerateNormalDouble(curandGenerator_t generator, double* output,
                                                 std::size_t count, double mean, double deviation) {
  return emulator::curand::fill_pairs(
      generator, output, count, [=](auto* state) { return mean + deviation * curand_normal_double(state); });
}
inline curandStatus_t curandGenerateLogNormal(curandGenerator_t generator, float* output, std::size_t count,
                                              float mean, float deviation) {
  return emulator::curand::fill_pairs(generator, output, count,
                                      [=](auto* state) { return curand_log_normal(state, mean, deviation); });
}
inline curandStatus_t curandGenerateLogNormalDouble(curandGenerator_t generator, double* output,
                                                    std::size_t count, double mean, double deviation) {
  return emulator::curand::fill_pairs(generator, output, count, [=](auto* state) {
    return curand_log_normal_double(state, mean, deviation);
  });
}
