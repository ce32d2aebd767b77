/// @file
/// cuRAND's default generator: Marsaglia's xorwow, and its jumps. Gives the numbers that cuRAND gives.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace emulator::curand {

/// The five words that xorwow shifts through: a vector of 160 bits on which a step is linear.
using XorwowWords = std::array<std::uint32_t, 5>;

inline XorwowWords step(const XorwowWords& v) {
  const std::uint32_t t = v[0] ^ v[0] >> 2;
  return {v[1], v[2], v[3], v[4], v[4] ^ v[4] << 4 ^ t ^ t << 1};
}

/// A linear map of 160 bits to 160 bits: the images of the unit vectors.
using XorwowMap = std::array<XorwowWords, 160>;

inline XorwowWords image_of(const XorwowMap& map, const XorwowWords& v) {
  XorwowWords result = {};
  for (unsigned word = 0; word < 5; ++word) {
    for (std::uint32_t bits = v[word]; bits != 0; bits &= bits - 1) {
      const XorwowWords& image = map[32 * word + static_cast<unsigned>(__builtin_ctz(bits))];
      for (unsigned i = 0; i < 5; ++i) result[i] ^= image[i];
    }
  }
  return result;
}

/// A sequence of its own begins every 2^67 numbers.
constexpr unsigned kSequenceBits = 67;

/// The maps of 2^i steps, for i up to kSequenceBits + 63. Made at first use, in some milliseconds.
inline const std::vector<XorwowMap>& xorwow_jumps() {
  static const std::vector<XorwowMap> jumps = [] {
    std::vector<XorwowMap> maps(kSequenceBits + 64);
    for (unsigned bit = 0; bit < 160; ++bit) {
      XorwowWords unit = {};
      unit[bit / 32] = 1u << bit % 32;
      maps[0][bit] = step(unit);
    }
    for (std::size_t i = 1; i < maps.size(); ++i) {
      for (unsigned bit = 0; bit < 160; ++bit) maps[i][bit] = image_of(maps[i - 1], maps[i - 1][bit]);
    }
    return maps;
  }();
  return jumps;
}

}  // namespace emulator::curand

struct curandStateXORWOW {
  unsigned int d;
  unsigned int v[5];
  int boxmuller_flag;  ///< whether a second normal number is ready
  int boxmuller_flag_double;
  float boxmuller_extra;
  double boxmuller_extra_double;
};
using curandStateXORWOW_t = curandStateXORWOW;
using curandState_t = curandStateXORWOW;
using curandState = curandStateXORWOW;

namespace emulator::curand {

/// Goes on by `count` times 2^`first_power` numbers.
inline void jump(curandStateXORWOW& state, unsigned long long count, unsigned first_power) {
  if (count == 0) return;
  XorwowWords words;
  for (unsigned i = 0; i < 5; ++i) words[i] = state.v[i];
  for (unsigned bit = 0; bit < 64; ++bit) {
    if (count >> bit & 1) words = image_of(xorwow_jumps()[first_power + bit], words);
  }
  for (unsigned i = 0; i < 5; ++i) state.v[i] = words[i];
}

}  // namespace emulator::curand

/// Goes on by n numbers, or by n sequences.
inline void skipahead(unsigned long long n, curandStateXORWOW* state) {
  emulator::curand::jump(*state, n, 0);
  state->d += 362437u * static_cast<unsigned int>(n);
}
inline void skipahead_sequence(unsigned long long n, curandStateXORWOW* state) {
  emulator::curand::jump(*state, n, emulator::curand::kSequenceBits);  // d comes round every 2^32 numbers
}

/// Starts at number `offset` of sequence `subsequence` of the generator for `seed`.
inline void curand_init(unsigned long long seed, unsigned long long subsequence, unsigned long long offset,
                        curandStateXORWOW* state) {
  const auto low = static_cast<unsigned int>(seed) ^ 0xaad26b49u;
  const auto high = static_cast<unsigned int>(seed >> 32) ^ 0xf7dcefddu;
  const unsigned int a = 1099087573u * low, b = 2591861531u * high;
  *state = {6615241u + b + a,
            {123456789u + a, 362436069u ^ a, 521288629u + b, 88675123u ^ b, 5783321u + a},
            0,
            0,
            0,
            0};
  skipahead_sequence(subsequence, state);
  skipahead(offset, state);
}

/// The next 32 random bits.
inline unsigned int curand(curandStateXORWOW* state) {
  const auto next = emulator::curand::step({state->v[0], state->v[1], state->v[2], state->v[3], state->v[4]});
  for (unsigned i = 0; i < 5; ++i) state->v[i] = next[i];
  state->d += 362437u;
  return state->v[4] + state->d;
}
