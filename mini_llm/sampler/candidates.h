#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "tokenizer/token.h"

namespace sampler {

/// A token that may come next.
struct Candidate {
  tokenizer::Token token;
  double logit;

  /// More likely first; of equals the lower id, so that the order never depends on the library's sort.
  friend bool operator<(const Candidate& a, const Candidate& b) {
    return a.logit != b.logit ? a.logit > b.logit : a.token < b.token;
  }
};

// Each filter takes candidates and leaves at least one. Candidates with a logit of minus infinity have
// probability 0. The filters that look for the most likely tokens leave them sorted, most likely first.

/// Makes the tokens of `recent` less likely: a positive logit is divided by `penalty`, a negative one
/// multiplied (Keskar et al. 2019, CTRL). A token that occurs more than once is penalized once.
/// @param candidates  the whole vocabulary, in the order of ids
/// @param recent      ids in the vocabulary
void penalize_repeats(std::span<Candidate> candidates, std::span<const tokenizer::Token> recent,
                      float penalty);

/// Keeps the `k` most likely candidates.
void keep_top_k(std::vector<Candidate>& candidates, std::size_t k);

/// Keeps the fewest of the most likely candidates whose probabilities sum to at least `p` (Holtzman et al.
/// 2019, nucleus sampling).
void keep_top_p(std::vector<Candidate>& candidates, float p);

/// Keeps the candidates whose probability is at least `p` times that of the most likely one.
void keep_min_p(std::vector<Candidate>& candidates, float p);

/// Draws a candidate with the probability softmax(logit / temperature).
/// @param uniform  a random number in [0, 1)
tokenizer::Token draw(std::span<const Candidate> candidates, float temperature, double uniform);

}  // namespace sampler
