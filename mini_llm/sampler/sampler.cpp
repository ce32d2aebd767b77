#include "sampler/sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace sampler {
namespace {

void require(bool ok, std::string_view option, double value, std::string_view wanted) {
  if (!ok) throw Error(fmt::format("sampler: {} is {}; it must be {}", option, value, wanted));
}

/// The part of the history whose tokens are penalized.
std::span<const Token> recent(std::span<const Token> history, int last_n) {
  if (last_n < 0) return history;
  return history.last(std::min(history.size(), static_cast<std::size_t>(last_n)));
}

}  // namespace

void SamplerOptions::validate() const {
  require(std::isfinite(temperature), "temperature", temperature,
          "a number; 0 chooses the most likely token");
  require(top_k >= -1, "top_k", top_k, "1 or more; 0 turns it off");
  require(top_p >= 0 && top_p <= 1, "top_p", top_p, "between 0 and 1; 1 turns it off");
  require(min_p >= 0 && min_p <= 1, "min_p", min_p, "between 0 and 1; 0 turns it off");
  require(repeat_penalty > 0 && std::isfinite(repeat_penalty), "repeat_penalty", repeat_penalty,
          "more than 0; 1 turns it off");
  require(repeat_last_n >= -1, "repeat_last_n", repeat_last_n, "0 or more; -1 means all tokens so far");
}

Sampler::Sampler(SamplerOptions options) : options_(options), random_(options.seed) { options_.validate(); }

Token Sampler::sample(std::span<const float> logits, std::span<const Token> history) {
  candidates_.clear();
  bool any_possible = false;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (std::isnan(logits[i]) || logits[i] == INFINITY)
      throw Error(fmt::format(
          "sampler: the logit of token {} is {}; the model's weights or its computation are broken", i,
          logits[i]));
    any_possible = any_possible || logits[i] != -INFINITY;
    candidates_.push_back({static_cast<Token>(i), logits[i]});
  }
  if (!any_possible)
    throw Error("sampler: no token is possible: there are no logits, or all are minus infinity");

  if (options_.repeat_penalty != 1.0f) {
    const auto tokens = recent(history, options_.repeat_last_n);
    for (const Token token : tokens)
      if (token < 0 || static_cast<std::size_t>(token) >= logits.size())
        throw Error(
            fmt::format("sampler: the history holds token {}; the vocabulary has {}", token, logits.size()));
    penalize_repeats(candidates_, tokens, options_.repeat_penalty);
  }
  if (options_.temperature <= 0) return std::min_element(candidates_.begin(), candidates_.end())->token;

  if (options_.top_k > 0) keep_top_k(candidates_, static_cast<std::size_t>(options_.top_k));
  if (options_.top_p < 1) keep_top_p(candidates_, options_.top_p);
  if (options_.min_p > 0) keep_min_p(candidates_, options_.min_p);
  return draw(candidates_, options_.temperature, uniform());
}

/// In [0, 1): 53 random bits, as many as a double holds.
double Sampler::uniform() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }

}  // namespace sampler
