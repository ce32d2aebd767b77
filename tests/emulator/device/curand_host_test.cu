/// @file
/// cuRAND's host interface: against the same generator stepped by hand, and its refusals.
#include <curand.h>

#include <cmath>
#include <vector>

#include "device_vector.h"
#include "support/catch.h"

namespace {

/// A generator that goes away.
struct Generator {
  explicit Generator(curandRngType_t type = CURAND_RNG_PSEUDO_DEFAULT, unsigned long long seed = 1337) {
    REQUIRE(curandCreateGenerator(&handle, type) == CURAND_STATUS_SUCCESS);
    REQUIRE(curandSetPseudoRandomGeneratorSeed(handle, seed) == CURAND_STATUS_SUCCESS);
  }
  ~Generator() { curandDestroyGenerator(handle); }
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;
  curandGenerator_t handle = nullptr;
};

}  // namespace

TEST_CASE("uniform numbers fill exactly the array, and go on where the last call ended") {
  const Generator generator;
  DeviceVector<float> values(std::vector<float>(1001, -7.0f));
  REQUIRE(curandGenerateUniform(generator.handle, values.data(), 3) == CURAND_STATUS_SUCCESS);
  REQUIRE(curandGenerateUniform(generator.handle, values.data() + 3, 997) == CURAND_STATUS_SUCCESS);
  const std::vector<float> host = values.to_host();
  curandState expected;
  curand_init(1337, 0, 0, &expected);
  for (int i = 0; i < 1000; ++i) REQUIRE(host[i] == curand_uniform(&expected));
  CHECK(host[1000] == -7.0f);
}

TEST_CASE("the seed and the offset say where the numbers begin") {
  const Generator generator(CURAND_RNG_PSEUDO_PHILOX4_32_10, 42);
  REQUIRE(curandSetGeneratorOffset(generator.handle, 5) == CURAND_STATUS_SUCCESS);
  DeviceVector<unsigned> bits(std::vector<unsigned>(33, 0));
  REQUIRE(curandGenerate(generator.handle, bits.data(), 33) == CURAND_STATUS_SUCCESS);
  curandStatePhilox4_32_10_t expected;
  curand_init(42, 0, 5, &expected);
  for (const unsigned value : bits.to_host()) REQUIRE(value == curand(&expected));
}

TEST_CASE("normal numbers have the mean and the deviation asked for") {
  const Generator generator;
  constexpr int kCount = 100000;
  DeviceVector<double> values(std::vector<double>(kCount, 0.0));
  REQUIRE(curandGenerateNormalDouble(generator.handle, values.data(), kCount, 3.0, 2.0) ==
          CURAND_STATUS_SUCCESS);
  double sum = 0.0, squares = 0.0;
  for (const double value : values.to_host()) {
    sum += value;
    squares += (value - 3.0) * (value - 3.0);
  }
  // Five standard errors of the mean, 2 / sqrt(n), and of the variance, 4 sqrt(2 / n).
  CHECK_FALSE(!(std::fabs(sum / kCount - 3.0) <= 5.0 * 2.0 / std::sqrt(double{kCount})));
  CHECK_FALSE(!(std::fabs(squares / kCount - 4.0) <= 5.0 * 4.0 * std::sqrt(2.0 / kCount)));
}

TEST_CASE("a host generator fills host memory") {
  curandGenerator_t generator = nullptr;
  REQUIRE(curandCreateGeneratorHost(&generator, CURAND_RNG_PSEUDO_XORWOW) == CURAND_STATUS_SUCCESS);
  std::vector<float> values(64, -7.0f);
  CHECK(curandGenerateUniform(generator, values.data(), values.size()) == CURAND_STATUS_SUCCESS);
  for (const float value : values) CHECK((value > 0.0f && value <= 1.0f));
  CHECK(curandDestroyGenerator(generator) == CURAND_STATUS_SUCCESS);
}

TEST_CASE("what cuRAND refuses is refused") {
  curandGenerator_t none = nullptr;
  CHECK(curandCreateGenerator(&none, CURAND_RNG_QUASI_SOBOL32) == CURAND_STATUS_TYPE_ERROR);
  CHECK(curandGenerateUniform(nullptr, nullptr, 1) == CURAND_STATUS_NOT_INITIALIZED);
  const Generator generator;
  DeviceVector<float> values(std::vector<float>(8, 0.0f));
  CHECK(curandGenerateNormal(generator.handle, values.data(), 7, 0.0f, 1.0f) ==
        CURAND_STATUS_LENGTH_NOT_MULTIPLE);
  std::vector<float> on_host(8);
  CHECK(curandGenerateUniform(generator.handle, on_host.data(), 8) == CURAND_STATUS_LAUNCH_FAILURE);
  CHECK(curandGenerateUniform(generator.handle, values.data(), 1 << 20) == CURAND_STATUS_LAUNCH_FAILURE);
  cudaGetLastError();
}
