#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace kernels {

/// One of the experts that a token uses, and how much its result counts.
struct ExpertChoice {
  std::size_t expert = 0;
  float weight = 0.0f;
};

namespace reference {

/// The experts with the highest scores; their weights are the softmax of their scores among themselves.
/// Equal scores: the lower index first.
///
/// @param scores  [experts]
/// @param used  from 1 to scores.size()
/// @return `used` choices, best first. Source: Mixtral of Experts (arXiv:2401.04088), section 2.1
std::vector<ExpertChoice> choose_experts(std::span<const float> scores, std::size_t used);

}  // namespace reference
}  // namespace kernels
