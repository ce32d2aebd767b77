// kernels/vector_add.h: the fast versions against the plain loop.
#include <bit>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "kernels/device_array.h"
#include "kernels/vector_add.h"
#include "support/catch.h"

namespace {

// Around a block's 256 threads, around the size from which the CPU version uses a team, and odd.
constexpr std::size_t kSizes[] = {0, 1, 31, 33, 255, 257, 1000, 32'767, 32'769, 100'003};
constexpr float kPoison = std::numeric_limits<float>::quiet_NaN();

std::vector<float> random_floats(std::size_t n, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1000.0f, 1000.0f);
  std::vector<float> values(n);
  for (float& value : values) value = uniform(random);
  return values;
}

/// True when both hold the same bits; NaN equals itself here.
bool same_bits(const std::vector<float>& x, const std::vector<float>& y) {
  if (x.size() != y.size()) return false;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::bit_cast<std::uint32_t>(x[i]) != std::bit_cast<std::uint32_t>(y[i])) return false;
  }
  return true;
}

std::vector<float> expected_sum(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> c(a.size(), kPoison);
  kernels::reference::vector_add(a, b, c);
  return c;
}

}  // namespace

TEST_CASE("the plain loop adds") {
  const std::vector<float> c = expected_sum({1.0f, -2.0f, 0.5f}, {3.0f, 2.0f, 0.25f});
  CHECK(c == std::vector<float>{4.0f, 0.0f, 0.75f});
}

TEST_CASE("all cores with SIMD give the plain loop's bits, for every number of threads") {
  const std::uint32_t seed = std::random_device()();
  INFO("seed " << seed);
  for (const std::size_t n : kSizes) {
    const std::vector<float> a = random_floats(n, seed), b = random_floats(n, seed + 1);
    for (const int threads : {0, 1, 2, 3, 7}) {
      INFO(n << " elements, " << threads << " threads");
      std::vector<float> c(n, kPoison);
      kernels::cpu::vector_add(a, b, c, threads);
      CHECK(same_bits(c, expected_sum(a, b)));
    }
  }
}

TEST_CASE("the GPU gives the plain loop's bits") {
  const std::uint32_t seed = std::random_device()();
  INFO("seed " << seed);
  for (const std::size_t n : kSizes) {
    INFO(n << " elements");
    const std::vector<float> a = random_floats(n, seed), b = random_floats(n, seed + 1);
    std::vector<float> c(n, kPoison);
    kernels::DeviceArray<float> device_a(n), device_b(n), device_c(n);
    device_a.upload(a);
    device_b.upload(b);
    device_c.upload(c);
    kernels::cuda::vector_add(device_a.span(), device_b.span(), device_c.span());
    device_c.download(c);
    CHECK(same_bits(c, expected_sum(a, b)));
  }
}

TEST_CASE("vectors of different sizes are refused on the GPU") {
  kernels::DeviceArray<float> three(3), four(4);
  CHECK_THROWS_AS(kernels::cuda::vector_add(three.span(), three.span(), four.span()), std::invalid_argument);
  CHECK_THROWS_AS(kernels::cuda::vector_add(three.span(), four.span(), three.span()), std::invalid_argument);
}

TEST_CASE("a device array that does not fit says what was called and why") {
  std::size_t free = 0, total = 0;
  CUDA_CHECK(cudaMemGetInfo(&free, &total));
  try {
    kernels::DeviceArray<char> too_large(total * 2);
    FAIL("there is no room for it");
  } catch (const kernels::CudaError& error) {
    CHECK(error.code() == cudaErrorMemoryAllocation);
    CHECK(std::string(error.what()).find("cudaMalloc") != std::string::npos);
    cudaGetLastError();
  }
}
