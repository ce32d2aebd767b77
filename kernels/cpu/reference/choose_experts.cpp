#include "kernels/choose_experts.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kernels::reference {

std::vector<ExpertChoice> choose_experts(std::span<const float> scores, std::size_t used) {
  // A NaN, which only a damaged file leads to, is ordered last: comparing it would break the sort.
  const auto score = [&](std::size_t expert) {
    return std::isnan(scores[expert]) ? -std::numeric_limits<float>::infinity() : scores[expert];
  };
  std::vector<ExpertChoice> choices(scores.size());
  for (std::size_t i = 0; i < choices.size(); ++i) choices[i].expert = i;
  std::stable_sort(choices.begin(), choices.end(), [&](const ExpertChoice& a, const ExpertChoice& b) {
    return score(a.expert) > score(b.expert);
  });
  choices.resize(used);

  const double highest = scores[choices[0].expert];
  double sum = 0.0;
  for (const ExpertChoice& choice : choices) sum += std::exp(scores[choice.expert] - highest);
  for (ExpertChoice& choice : choices) {
    choice.weight = static_cast<float>(std::exp(scores[choice.expert] - highest) / sum);
  }
  return choices;
}

}  // namespace kernels::reference
