// Pi from random points: each thread has its own xorshift generator, counts meet in one 64-bit atomic.
#include <cstdint>

#include "program.h"

struct Xorshift128 {
  uint32_t x, y, z, w;
  __host__ __device__ explicit Xorshift128(uint64_t seed) {
    // splitmix64 spreads neighbouring seeds apart
    auto next = [&seed] {
      seed += 0x9e3779b97f4a7c15ull;
      uint64_t v = seed;
      v = (v ^ v >> 30) * 0xbf58476d1ce4e5b9ull;
      v = (v ^ v >> 27) * 0x94d049bb133111ebull;
      return v ^ v >> 31;
    };
    const uint64_t a = next(), b = next();
    x = uint32_t(a), y = uint32_t(a >> 32), z = uint32_t(b), w = uint32_t(b >> 32) | 1;
  }
  __host__ __device__ uint32_t operator()() {
    const uint32_t t = x ^ x << 11;
    x = y, y = z, z = w;
    return w = w ^ w >> 19 ^ t ^ t >> 8;
  }
  __host__ __device__ float uniform() { return (operator()() >> 8) * (1.0f / 16777216.0f); }
};

__global__ void count_inside(uint64_t seed, int points, unsigned long long* inside) {
  Xorshift128 random(seed + blockIdx.x * blockDim.x + threadIdx.x);
  unsigned mine = 0;
  for (int i = 0; i < points; ++i) {
    const float x = random.uniform(), y = random.uniform();
    mine += x * x + y * y < 1.0f;
  }
  mine = __reduce_add_sync(0xffffffff, mine);
  if (threadIdx.x % warpSize == 0) atomicAdd(inside, static_cast<unsigned long long>(mine));
}

int main() {
  const int blocks = 13, threads = 96, points = 400;
  const uint64_t seed = random_engine()();
  DeviceArray<unsigned long long> inside(1);
  inside.clear();
  count_inside<<<blocks, threads>>>(seed, points, inside);
  CHECK_LAUNCH();
  unsigned long long expected = 0;
  for (int t = 0; t < blocks * threads; ++t) {
    Xorshift128 random(seed + t);
    for (int i = 0; i < points; ++i) {
      const float x = random.uniform(), y = random.uniform();
      expected += x * x + y * y < 1.0f;
    }
  }
  const unsigned long long got = inside.download()[0];
  const double pi = 4.0 * got / (double(blocks) * threads * points);
  std::printf("pi is about %.4f\n", pi);
  // Points on the circle's edge may fall either way when x * x + y * y is contracted.
  const double difference = double(got) - double(expected);
  return verdict(std::fabs(difference) <= 2 && std::fabs(pi - 3.14159265) < 0.02);
}
