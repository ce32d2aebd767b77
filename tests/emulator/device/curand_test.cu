#include <curand_kernel.h>

#include <cmath>
#include <vector>

#include "device_vector.h"
#include "support/catch.h"

namespace {

template <typename State>
__global__ void draw(unsigned long long seed, int draws, unsigned* bits, float* normals) {
  const unsigned thread = blockIdx.x * blockDim.x + threadIdx.x;
  State state;
  curand_init(seed, thread, 0, &state);
  for (int i = 0; i < draws; ++i) bits[thread * draws + i] = curand(&state);
  for (int i = 0; i < draws; ++i) normals[thread * draws + i] = curand_normal(&state);
}

double mean_of(const std::vector<float>& values) {
  double sum = 0.0;
  for (const float value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("XORWOW gives cuRAND's numbers") {  // computed with CUDA 13.0's curand_kernel.h
  curandState state;
  curand_init(0, 0, 0, &state);
  const unsigned expected[] = {3179217846u, 1883133293u, 2220552389u, 674260989u, 306521119u, 1986458431u};
  for (const unsigned value : expected) CHECK(curand(&state) == value);
  CHECK(std::fabs(curand_uniform(&state) - 0.227643f) < 1e-6f);
  curand_init(0, 5, 0, &state);  // after 5 * 2^67 numbers
  const unsigned of_sequence_5[] = {1917059131u, 1450407671u, 890042805u};
  for (const unsigned value : of_sequence_5) CHECK(curand(&state) == value);
}

TEST_CASE("Philox gives cuRAND's numbers") {
  curandStatePhilox4_32_10_t state;
  curand_init(0, 0, 0, &state);
  const unsigned expected[] = {1713891541u, 3781805453u, 3159862348u, 2600524760u, 4175744164u, 1555169499u};
  for (const unsigned value : expected) CHECK(curand(&state) == value);
  curand_init(7, 3, 2, &state);
  const uint4 four = curand4(&state);
  CHECK((four.x == 698849000u && four.y == 2576041488u && four.z == 2522840782u && four.w == 1975137240u));
}

TEMPLATE_TEST_CASE("skipping ahead is drawing and throwing away", "", curandState,
                   curandStatePhilox4_32_10_t) {
  for (const unsigned offset : {1u, 2u, 3u, 4u, 5u, 1000u, 12345u}) {
    TestType drawn, skipped;
    curand_init(99, 7, 0, &drawn);
    curand_init(99, 7, offset, &skipped);
    for (unsigned i = 0; i < offset; ++i) (void)curand(&drawn);
    for (int i = 0; i < 9; ++i) CHECK(curand(&drawn) == curand(&skipped));
  }
}

TEMPLATE_TEST_CASE("threads draw different, well distributed numbers", "", curandState,
                   curandStatePhilox4_32_10_t) {
  const int threads = 512, draws = 64;
  DeviceVector<unsigned> bits(threads * draws);
  DeviceVector<float> normals(threads * draws);
  draw<TestType><<<threads / 64, 64>>>(1234, draws, bits.data(), normals.data());
  std::vector<float> uniform, squares;
  for (const unsigned value : bits.to_host()) uniform.push_back(static_cast<float>(value) * 0x1p-32f);
  const std::vector<float> drawn = normals.to_host();
  for (const float value : drawn) squares.push_back(value * value);
  // 32768 draws: five standard deviations of the means.
  CHECK_FALSE(!(std::fabs(mean_of(uniform) - 0.5) < 5.0 * 0.2887 / 181.0));
  CHECK_FALSE(!(std::fabs(mean_of(drawn)) < 5.0 / 181.0));
  CHECK_FALSE(!(std::fabs(mean_of(squares) - 1.0) < 5.0 * 1.4142 / 181.0));
}
