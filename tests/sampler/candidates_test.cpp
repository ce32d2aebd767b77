/// @file
/// Each filter against its definition, computed the slow way in double precision.
#include "sampler/candidates.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "support/catch.h"

using namespace sampler;

namespace {

/// Random logits on a coarse grid, so that some are equal; now and then minus infinity, but never for token
/// 0.
std::vector<Candidate> random_candidates(std::mt19937_64& random, std::size_t count) {
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < count; ++i) {
    const double logit = static_cast<double>(random() % 41) * 0.25 - 5;
    candidates.push_back({static_cast<tokenizer::Token>(i), i > 0 && random() % 10 == 0 ? -INFINITY : logit});
  }
  return candidates;
}

/// Probability of each token, by its id.
std::vector<double> softmax(const std::vector<Candidate>& candidates) {
  double total = 0;
  for (const Candidate& candidate : candidates) total += std::exp(candidate.logit);
  std::vector<double> probabilities(candidates.size());
  for (const Candidate& candidate : candidates)
    probabilities[static_cast<std::size_t>(candidate.token)] = std::exp(candidate.logit) / total;
  return probabilities;
}

/// Ids from the most to the least likely, the lower id first among equals.
std::vector<tokenizer::Token> ranking(std::vector<Candidate> candidates) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.logit > b.logit; });
  std::vector<tokenizer::Token> ids;
  for (const Candidate& candidate : candidates) ids.push_back(candidate.token);
  return ids;
}

std::vector<tokenizer::Token> ids_of(const std::vector<Candidate>& candidates) {
  std::vector<tokenizer::Token> ids;
  for (const Candidate& candidate : candidates) ids.push_back(candidate.token);
  return ids;
}

constexpr std::size_t kSizes[] = {1, 2, 31, 33, 1000};

}  // namespace

TEST_CASE("top-k keeps the k most likely candidates, in order") {
  std::mt19937_64 random(7);
  for (const std::size_t size : kSizes) {
    for (const std::size_t k : {std::size_t{1}, std::size_t{2}, size / 2 + 1, size, size + 5}) {
      auto candidates = random_candidates(random, size);
      auto expected = ranking(candidates);
      expected.resize(std::min(k, size));
      keep_top_k(candidates, k);
      CHECK(ids_of(candidates) == expected);
    }
  }
}

TEST_CASE("top-p keeps the fewest candidates that reach p, in order") {
  std::mt19937_64 random(8);
  for (const std::size_t size : kSizes) {
    for (const float p : {0.0f, 0.01f, 0.3f, 0.5f, 0.9f, 0.999f}) {
      auto candidates = random_candidates(random, size);
      const auto probabilities = softmax(candidates);
      const auto order = ranking(candidates);
      keep_top_p(candidates, p);

      REQUIRE_FALSE(candidates.empty());
      CHECK(ids_of(candidates) ==
            std::vector(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(candidates.size())));
      double sum = 0;
      for (const Candidate& candidate : candidates)
        sum += probabilities[static_cast<std::size_t>(candidate.token)];
      const double without_last = sum - probabilities[static_cast<std::size_t>(candidates.back().token)];
      // 1e-12: both sides round about 1000 additions of doubles.
      CHECK(sum >= static_cast<double>(p) - 1e-12);
      if (candidates.size() > 1) CHECK(without_last < static_cast<double>(p) + 1e-12);
    }
  }
}

TEST_CASE("top-p of equally likely candidates counts them exactly") {
  std::vector<Candidate> candidates;
  for (int i = 0; i < 8; ++i) candidates.push_back({i, 1.5});
  keep_top_p(candidates, 0.5f);
  CHECK(ids_of(candidates) == std::vector<tokenizer::Token>{0, 1, 2, 3});
}

TEST_CASE("min-p keeps the candidates that are likely enough beside the most likely one") {
  std::mt19937_64 random(9);
  for (const std::size_t size : kSizes) {
    for (const float p : {0.001f, 0.05f, 0.3f, 0.999f, 1.0f}) {
      auto candidates = random_candidates(random, size);
      const auto probabilities = softmax(candidates);
      const double highest = *std::max_element(probabilities.begin(), probabilities.end());
      std::vector<tokenizer::Token> expected;
      for (std::size_t id = 0; id < size; ++id)  // 1e-12: p = 1 keeps those equal to the highest
        if (probabilities[id] >= static_cast<double>(p) * highest * (1 - 1e-12))
          expected.push_back(static_cast<tokenizer::Token>(id));
      keep_min_p(candidates, p);
      CHECK(ids_of(candidates) == expected);
    }
  }
}

TEST_CASE("the repeat penalty divides positive logits and multiplies negative ones, once a token") {
  std::vector<Candidate> candidates = {{0, 2.0}, {1, -2.0}, {2, 0.0}, {3, 1.0}, {4, -INFINITY}};
  penalize_repeats(candidates, std::vector<tokenizer::Token>{0, 1, 0, 2, 0, 4}, 2.0f);
  CHECK(candidates[0].logit == 1.0);
  CHECK(candidates[1].logit == -4.0);
  CHECK(candidates[2].logit == 0.0);
  CHECK(candidates[3].logit == 1.0);
  CHECK(candidates[4].logit == -INFINITY);
}

TEST_CASE("a draw takes the candidate that the random number falls on") {
  // Probabilities 1/2, 1/4, 1/4 at temperature 1.
  const std::vector<Candidate> candidates = {{10, std::log(2.0)}, {11, 0.0}, {12, 0.0}, {13, -INFINITY}};
  CHECK(draw(candidates, 1, 0.0) == 10);
  CHECK(draw(candidates, 1, 0.4999) == 10);
  CHECK(draw(candidates, 1, 0.5001) == 11);
  CHECK(draw(candidates, 1, 0.7501) == 12);
  CHECK(draw(candidates, 1, std::nextafter(1.0, 0.0)) == 12);
  CHECK(draw(candidates, 1, 1.0) == 12);  // past the end, as rounding may put it: never the impossible one
}

TEST_CASE("temperature sharpens and flattens, down to the smallest and up to the largest float") {
  const std::vector<Candidate> candidates = {{0, 1.0}, {1, 2.0}};
  constexpr float kSmallest = std::numeric_limits<float>::denorm_min();
  constexpr float kLargest = std::numeric_limits<float>::max();
  for (const double u : {0.0, 0.3, 0.6, 0.999}) {
    CHECK(draw(candidates, kSmallest, u) == 1);
    CHECK(draw(candidates, kLargest, u) == (u < 0.5 ? 0 : 1));
  }
}
