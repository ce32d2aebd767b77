/// @file
/// cuRAND's distributions over any of its generators: uniform on (0, 1], normal by Box and Muller,
/// log-normal.
#pragma once

#include <cmath>
#include <cstdint>

#include <emulator/curand/philox.h>
#include <emulator/curand/xorwow.h>
#include <emulator/math.h>

namespace emulator::curand {

constexpr float kInverse32 = 0x1p-32f;
constexpr double kInverse53 = 0x1p-53;

inline float uniform(unsigned int bits) { return static_cast<float>(bits) * kInverse32 + kInverse32 / 2.0f; }

/// 53 of 64 random bits.
inline double uniform_double(unsigned int low, unsigned int high) {
  const std::uint64_t bits = low ^ static_cast<std::uint64_t>(high) << (53 - 32);
  return static_cast<double>(bits) * kInverse53 + kInverse53 / 2.0;
}

inline float2 box_muller(unsigned int x, unsigned int y) {
  constexpr float kTurn = kInverse32 * 6.2831855f;
  const float radius = std::sqrt(-2.0f * std::log(uniform(x)));
  const float angle = static_cast<float>(y) * kTurn + kTurn / 2.0f;
  return {radius * std::sin(angle), radius * std::cos(angle)};
}

inline double2 box_muller_double(unsigned int x0, unsigned int x1, unsigned int y0, unsigned int y1) {
  const double radius = std::sqrt(-2.0 * std::log(uniform_double(x0, x1)));
  double2 result;
  sincospi(2.0 * uniform_double(y0, y1), &result.x, &result.y);
  return {radius * result.x, radius * result.y};
}

}  // namespace emulator::curand

template <typename State>
inline float curand_uniform(State* state) {
  return emulator::curand::uniform(curand(state));
}
inline double curand_uniform_double(curandStateXORWOW* state) {
  const unsigned int low = curand(state), high = curand(state);
  return emulator::curand::uniform_double(low, high);
}
/// cuRAND gives only 32 random bits here.
inline double curand_uniform_double(curandStatePhilox4_32_10* state) {
  return (curand(state) + 1.0) * 0x1p-32;
}

/// Two at once; curand_normal keeps the second for its next call.
template <typename State>
inline float2 curand_normal2(State* state) {
  const unsigned int x = curand(state), y = curand(state);
  return emulator::curand::box_muller(x, y);
}
template <typename State>
inline double2 curand_normal2_double(State* state) {
  const unsigned int x0 = curand(state), x1 = curand(state), y0 = curand(state), y1 = curand(state);
  return emulator::curand::box_muller_double(x0, x1, y0, y1);
}
template <typename State>
inline float curand_normal(State* state) {
  state->boxmuller_flag = !state->boxmuller_flag;
  if (!state->boxmuller_flag) return state->boxmuller_extra;
  const float2 pair = curand_normal2(state);
  state->boxmuller_extra = pair.y;
  return pair.x;
}
template <typename State>
inline double curand_normal_double(State* state) {
  state->boxmuller_flag_double = !state->boxmuller_flag_double;
  if (!state->boxmuller_flag_double) return state->boxmuller_extra_double;
  const double2 pair = curand_normal2_double(state);
  state->boxmuller_extra_double = pair.y;
  return pair.x;
}

template <typename State>
inline float curand_log_normal(State* state, float mean, float deviation) {
  return std::exp(mean + deviation * curand_normal(state));
}
template <typename State>
inline double curand_log_normal_double(State* state, double mean, double deviation) {
  return std::exp(mean + deviation * curand_normal_double(state));
}

/// Four at once.
inline float4 curand_uniform4(curandStatePhilox4_32_10* state) {
  const uint4 bits = curand4(state);
  return {emulator::curand::uniform(bits.x), emulator::curand::uniform(bits.y),
          emulator::curand::uniform(bits.z), emulator::curand::uniform(bits.w)};
}
inline float4 curand_normal4(curandStatePhilox4_32_10* state) {
  const uint4 bits = curand4(state);
  const float2 a = emulator::curand::box_muller(bits.x, bits.y),
               b = emulator::curand::box_muller(bits.z, bits.w);
  return {a.x, a.y, b.x, b.y};
}
