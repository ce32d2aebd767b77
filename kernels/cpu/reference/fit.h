#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace kernels::reference {

// How to round a few weights that share a scale. The error to make small is the sum of squares.
//
// With the quants q given, the best scale is a least-squares fit; with the scale given, the best quants are
// the nearest. Both at once have no closed form, so a few scales around the obvious one (which maps the
// largest weight to the largest quant) are tried, and the best is improved by fitting and rounding in turn.

/// The nearest whole number, for |value| up to 2^22: adding 1.5 * 2^23 pushes the fraction out of the float.
/// Unlike std::round it becomes two vector instructions.
inline float round_to_whole(float value) {
  constexpr float kShift = 0x1.8p23f;
  return (value + kShift) - kShift;
}

/// As std::clamp, but NaN becomes `highest`: no quant may be NaN, whatever a damaged file holds.
inline float clamp(float value, float lowest, float highest) {
  return std::max(lowest, std::min(highest, value));
}

/// The quant from lowest to highest for value / scale; `inverse` is 1 / scale, or 0.
inline float nearest_quant(float value, float inverse, float lowest, float highest) {
  return clamp(round_to_whole(value * inverse), lowest, highest);
}

inline float inverse_or_zero(float scale) { return scale == 0.0f ? 0.0f : 1.0f / scale; }

/// weights[i] is about scale * q, q from lowest to highest.
/// @pre weights.size() is 8, 16, 24 or 32
float fit_scale(std::span<const float> weights, int lowest, int highest);

/// weights[i] is about scale * q + minimum, q from 0 to highest.
struct Line {
  float scale;    // not negative
  float minimum;  // not positive, when that was asked for
};
/// @param minimum_positive  whether the minimum may be
/// @pre weights.size() is 8, 16, 24 or 32
Line fit_line(std::span<const float> weights, int highest, bool minimum_positive);

/// The position in kIQ4Steps of the step nearest to value.
int nearest_step(float value);

/// weights[i] is about scale * kIQ4Steps[q].
/// @pre weights.size() is 8, 16, 24 or 32
float fit_steps(std::span<const float> weights);

}  // namespace kernels::reference
