#include "sampler/candidates.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace sampler {
namespace {

double highest_logit(std::span<const Candidate> candidates) {
  return std::min_element(candidates.begin(), candidates.end())->logit;
}

}  // namespace

void penalize_repeats(std::span<Candidate> candidates, std::span<const tokenizer::Token> recent,
                      float penalty) {
  std::vector<tokenizer::Token> tokens(recent.begin(), recent.end());
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  for (const tokenizer::Token token : tokens) {
    double& logit = candidates[static_cast<std::size_t>(token)].logit;
    logit = logit > 0 ? logit / penalty : logit * penalty;
  }
}

void keep_top_k(std::vector<Candidate>& candidates, std::size_t k) {
  k = std::min(k, candidates.size());
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(k),
                    candidates.end());
  candidates.resize(k);
}

void keep_top_p(std::vector<Candidate>& candidates, float p) {
  const double highest = highest_logit(candidates);
  double total = 0;
  for (const Candidate& candidate : candidates) total += std::exp(candidate.logit - highest);

  // Usually few tokens suffice: taking them off a heap costs less than sorting the vocabulary.
  const auto less_likely = [](const Candidate& a, const Candidate& b) { return b < a; };
  std::make_heap(candidates.begin(), candidates.end(), less_likely);
  std::vector<Candidate> kept;
  double sum = 0;
  while (!candidates.empty() && (kept.empty() || sum < p * total)) {
    std::pop_heap(candidates.begin(), candidates.end(), less_likely);
    kept.push_back(candidates.back());
    candidates.pop_back();
    sum += std::exp(kept.back().logit - highest);
  }
  candidates = std::move(kept);
}

void keep_min_p(std::vector<Candidate>& candidates, float p) {
  const double lowest = highest_logit(candidates) + std::log(static_cast<double>(p));
  std::erase_if(candidates, [&](const Candidate& candidate) { return candidate.logit < lowest; });
}

tokenizer::Token draw(std::span<const Candidate> candidates, float temperature, double uniform) {
  const double highest = highest_logit(candidates);
  const auto weight = [&](const Candidate& candidate) {
    return std::exp((candidate.logit - highest) / temperature);
  };
  double total = 0;
  for (const Candidate& candidate : candidates) total += weight(candidate);

  double rest = uniform * total;
  const Candidate* last_possible = nullptr;  // rounding may leave a little of `rest` after the last one
  for (const Candidate& candidate : candidates) {
    const double w = weight(candidate);
    if (w > 0) last_possible = &candidate;
    rest -= w;
    if (rest < 0) return candidate.token;
  }
  return last_possible->token;
}

}  // namespace sampler
