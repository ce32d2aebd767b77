// Attention as gemma2 has it: a window, a cap on the scores, a scale of its own.

#include <cmath>
#include <limits>

#include "kernels/attention.h"
#include "random_data.h"
#include "require_close.h"
#include "support/catch.h"

using namespace kernels;

namespace {

struct Inputs {
  AttentionShape shape;
  std::size_t first = 0;  // position of the first query
  std::vector<float> q, keys, values;

  Inputs(RandomData& random, const AttentionShape& s, std::size_t position, std::size_t n)
      : shape(s),
        first(position),
        q(random.normal(n * s.heads * s.head_size, 2.0f)),
        keys(random.normal((position + n) * s.kv_heads * s.head_size)),
        values(random.normal((position + n) * s.kv_heads * s.head_size)) {}

  std::size_t tokens() const { return q.size() / (shape.heads * shape.head_size); }

  std::vector<float> attention(const AttentionSettings& settings) const {
    std::vector<float> out = poisoned(q.size());
    reference::attention(shape, settings, first, q, keys, values, out, 2);
    return out;
  }
};

/// Number i of the result for one token and head, by the formula.
double expected(const Inputs& in, const AttentionSettings& settings, std::size_t t, std::size_t head,
                std::size_t i) {
  const auto [heads, kv_heads, head_size] = in.shape;
  const auto at = [&, size = head_size, kv = kv_heads](const std::vector<float>& x, std::size_t p,
                                                       std::size_t j) {
    return static_cast<double>(x[(p * kv + head * kv / in.shape.heads) * size + j]);
  };
  double sum = 0;
  double total = 0;
  for (std::size_t p = 0; p <= in.first + t; ++p) {
    const std::size_t distance = in.first + t - p;
    if (settings.window > 0 && distance >= settings.window) continue;
    double score = 0;
    for (std::size_t j = 0; j < head_size; ++j) {
      score += settings.scale * in.q[(t * heads + head) * head_size + j] * at(in.keys, p, j);
    }
    if (settings.softcap > 0) score = settings.softcap * std::tanh(score / settings.softcap);
    sum += std::exp(score) * at(in.values, p, i);
    total += std::exp(score);
  }
  return sum / total;
}

}  // namespace

TEST_CASE("attention with a window, a cap and any scale is the formula's") {
  RandomData random;
  for (const auto& [first, n] : {std::pair<std::size_t, std::size_t>{0, 1}, {0, 9}, {31, 1}, {6, 7}}) {
    for (const AttentionShape& shape : {AttentionShape{1, 1, 1}, {6, 2, 7}, {5, 5, 33}}) {
      const Inputs in(random, shape, first, n);
      for (const std::size_t window : {0, 1, 2, 7, 13, 32, 1000}) {
        for (const float softcap : {0.0f, 0.5f, 50.0f}) {
          const AttentionSettings settings = {0.3, softcap, window};
          INFO("seed " << random.seed << ", heads " << shape.heads << ", head size " << shape.head_size
                       << ", position " << first << ", window " << window << ", cap " << softcap);
          const std::vector<float> out = in.attention(settings);
          for (std::size_t k = 0; k < out.size(); ++k) {
            const std::size_t row = k / shape.head_size;
            // Scores and weights are rounded to float: 2^-24 of a score of up to about 20.
            require_close(out[k],
                          expected(in, settings, row / shape.heads, row % shape.heads, k % shape.head_size),
                          6e-6);
          }
        }
      }
    }
  }
}

TEST_CASE("what is outside a window is not read, even NaN") {
  RandomData random;
  INFO("seed " << random.seed);
  const AttentionShape shape = {2, 1, 8};
  constexpr std::size_t kFirst = 10, kWindow = 3;
  Inputs in(random, shape, kFirst, 2);
  const std::vector<float> before = in.attention({1.0, 0.0f, kWindow});
  // The first token, at 10, sees 8, 9 and 10.
  for (std::size_t i = 0; i < 8 * shape.head_size; ++i) {
    in.keys[i] = in.values[i] = std::numeric_limits<float>::quiet_NaN();
  }
  CHECK(in.attention({1.0, 0.0f, kWindow}) == before);
  CHECK_FALSE(in.attention({1.0, 0.0f, kWindow + 1}) == before);
}

TEST_CASE("a window of one gives the token's own value") {
  RandomData random;
  INFO("seed " << random.seed);
  const Inputs in(random, {3, 3, 5}, 4, 2);
  const std::vector<float> own(in.values.begin() + 4 * 3 * 5, in.values.end());
  CHECK(in.attention({1.0, 0.0f, 1}) == own);
}

TEST_CASE("a window as long as the context, or the longest there can be, is no window") {
  RandomData random;
  INFO("seed " << random.seed);
  const Inputs in(random, {3, 1, 5}, 4, 3);
  const std::vector<float> all = in.attention({0.5});
  CHECK(in.attention({0.5, 0.0f, 7}) == all);
  CHECK(in.attention({0.5, 0.0f, std::numeric_limits<std::size_t>::max()}) == all);
  CHECK_FALSE(in.attention({0.5, 0.0f, 6}) == all);
}

TEST_CASE("a cap keeps huge scores apart from infinity") {
  const AttentionShape shape = {1, 1, 1};
  std::vector<float> out = poisoned(2);
  reference::attention(shape, {1e30, 2.0f}, 0, std::vector<float>{1.0f, 1e9f},
                       std::vector<float>{-1.0f, 1.0f}, std::vector<float>{0.0f, 1.0f}, out, 1);
  CHECK(out[0] == 0.0f);
  require_close(out[1], 1.0 / (1.0 + std::exp(-4.0)), 1e-7);  // scores -2 and 2
}
