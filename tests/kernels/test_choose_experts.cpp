#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "kernels/choose_experts.h"
#include "random_data.h"
#include "require_close.h"
#include "support/catch.h"

using kernels::ExpertChoice;
using kernels::reference::choose_experts;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

std::vector<std::size_t> experts(const std::vector<float>& scores, std::size_t used) {
  std::vector<std::size_t> chosen;
  for (const ExpertChoice& choice : choose_experts(scores, used)) chosen.push_back(choice.expert);
  return chosen;
}

}  // namespace

TEST_CASE("the experts with the highest scores are chosen, weighted by the softmax of all, scaled to one") {
  RandomData random;
  for (const std::size_t count : {1, 2, 5, 8, 64}) {
    for (std::size_t used = 1; used <= count; used += 3) {
      INFO("seed " << random.seed << ", " << used << " of " << count);
      const std::vector<float> scores = random.normal(count, 3.0f);
      std::vector<float> sorted = scores;
      std::sort(sorted.rbegin(), sorted.rend());
      double total = 0;
      for (std::size_t i = 0; i < used; ++i) total += std::exp(static_cast<double>(sorted[i]));

      const std::vector<ExpertChoice> choices = choose_experts(scores, used);
      REQUIRE(choices.size() == used);
      for (std::size_t i = 0; i < used; ++i) {
        REQUIRE(choices[i].expert < count);
        REQUIRE(scores[choices[i].expert] == sorted[i]);
        const double expected = std::exp(static_cast<double>(sorted[i])) / total;
        require_close(choices[i].weight, expected, 1e-7 * expected);
      }
    }
  }
}

TEST_CASE("of experts with equal scores the first are chosen, with equal weights") {
  CHECK(experts({1, 2, 2, 2, 0}, 2) == std::vector<std::size_t>{1, 2});
  CHECK(experts({0, 0, 0, 0}, 3) == std::vector<std::size_t>{0, 1, 2});
  CHECK(experts({-1, 3, -1, 3}, 4) == std::vector<std::size_t>{1, 3, 0, 2});
  CHECK(experts({-0.0f, 0.0f}, 1) == std::vector<std::size_t>{0});
  for (const ExpertChoice& choice : choose_experts(std::vector<float>(4, 7.0f), 4))
    CHECK(choice.weight == 0.25f);
}

TEST_CASE("an expert whose score is NaN comes last, and spoils nothing while enough others are there") {
  CHECK(experts({kNaN, 1, kNaN, 2}, 2) == std::vector<std::size_t>{3, 1});
  CHECK(experts({1, kNaN, 2, 3, kNaN}, 3) == std::vector<std::size_t>{3, 2, 0});
  const std::vector<ExpertChoice> choices = choose_experts(std::vector<float>{kNaN, 0.5f, 0.5f}, 2);
  CHECK(choices[0].weight == 0.5f);
  CHECK(choices[1].weight == 0.5f);
}

TEST_CASE("where NaN must be chosen, the choices are still different experts that exist") {
  RandomData random;
  std::uniform_int_distribution<int> kind(0, 3);
  const float special[] = {kNaN, std::numeric_limits<float>::infinity(),
                           -std::numeric_limits<float>::infinity()};
  for (int repetition = 0; repetition < 100; ++repetition) {
    INFO("seed " << random.seed << ", repetition " << repetition);
    std::vector<float> scores = random.normal(17);
    for (float& score : scores) {
      if (const int k = kind(random.engine); k < 3) score = special[k];
    }
    for (const std::size_t used : {1, 5, 17}) {
      const std::vector<std::size_t> chosen = experts(scores, used);
      REQUIRE(std::set(chosen.begin(), chosen.end()).size() == used);
      REQUIRE(*std::max_element(chosen.begin(), chosen.end()) < scores.size());
    }
  }
  CHECK(experts({kNaN, kNaN, kNaN}, 2) == std::vector<std::size_t>{0, 1});
}

TEST_CASE("huge scores do not overflow") {
  const std::vector<ExpertChoice> choices = choose_experts(std::vector<float>{-3e38f, 3e38f, 3e38f}, 3);
  CHECK(choices[0].weight == 0.5f);
  CHECK(choices[1].weight == 0.5f);
  CHECK(choices[2].weight == 0.0f);
}
