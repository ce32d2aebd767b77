/// @file
/// cuRAND's counter-based generator Philox4x32 with 10 rounds (Salmon and others, 2011): four numbers from a
/// counter and a key, so that jumping is adding to the counter. Gives the numbers that cuRAND gives.
#pragma once

#include <cstdint>

#include <emulator/vector_types.h>

struct curandStatePhilox4_32_10 {
  uint4 ctr;
  uint4 output;  ///< of the counter
  uint2 key;
  unsigned int STATE;  ///< how many of `output` have been given away
  int boxmuller_flag;
  int boxmuller_flag_double;
  float boxmuller_extra;
  double boxmuller_extra_double;
};
using curandStatePhilox4_32_10_t = curandStatePhilox4_32_10;

namespace emulator::curand {

inline uint4 philox(uint4 counter, uint2 key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t x = std::uint64_t{0xD2511F53u} * counter.x,
                        z = std::uint64_t{0xCD9E8D57u} * counter.z;
    counter = {static_cast<unsigned>(z >> 32) ^ counter.y ^ key.x, static_cast<unsigned>(z),
               static_cast<unsigned>(x >> 32) ^ counter.w ^ key.y, static_cast<unsigned>(x)};
    key.x += 0x9E3779B9u;  // golden ratio
    key.y += 0xBB67AE85u;  // sqrt(3) - 1
  }
  return counter;
}

/// Adds to the low (x, y) or high (z, w) half of the counter; the low half carries into the high one.
inline void advance(curandStatePhilox4_32_10& state, std::uint64_t low, std::uint64_t high) {
  std::uint64_t xy = static_cast<std::uint64_t>(state.ctr.y) << 32 | state.ctr.x;
  std::uint64_t zw = static_cast<std::uint64_t>(state.ctr.w) << 32 | state.ctr.z;
  xy += low;
  zw += high + (xy < low);
  state.ctr = {static_cast<unsigned>(xy), static_cast<unsigned>(xy >> 32), static_cast<unsigned>(zw),
               static_cast<unsigned>(zw >> 32)};
  state.output = philox(state.ctr, state.key);
}

}  // namespace emulator::curand

/// Goes on by n numbers, or by n sequences of 2^66.
inline void skipahead(unsigned long long n, curandStatePhilox4_32_10* state) {
  const std::uint64_t position = state->STATE + (n & 3);
  state->STATE = static_cast<unsigned>(position & 3);
  emulator::curand::advance(*state, n / 4 + position / 4, 0);
}
inline void skipahead_sequence(unsigned long long n, curandStatePhilox4_32_10* state) {
  emulator::curand::advance(*state, 0, n);
}

inline void curand_init(unsigned long long seed, unsigned long long subsequence, unsigned long long offset,
                        curandStatePhilox4_32_10* state) {
  *state = {};
  state->key = {static_cast<unsigned>(seed), static_cast<unsigned>(seed >> 32)};
  skipahead_sequence(subsequence, state);
  skipahead(offset, state);
}

/// The next 32 random bits.
inline unsigned int curand(curandStatePhilox4_32_10* state) {
  const uint4& output = state->output;
  const unsigned int result = state->STATE == 0   ? output.x
                              : state->STATE == 1 ? output.y
                              : state->STATE == 2 ? output.z
                                                  : output.w;
  skipahead(1, state);
  return result;
}
/// The next four.
inline uint4 curand4(curandStatePhilox4_32_10* state) {
  const unsigned int x = curand(state), y = curand(state), z = curand(state), w = curand(state);
  return {x, y, z, w};
}
