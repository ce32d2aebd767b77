#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

#include "sampler/candidates.h"
#include "tokenizer/token.h"

namespace sampler {

using tokenizer::Token;

/// Options out of range, or logits that are no logits. One clear sentence.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How the next token is chosen from a model's logits. The defaults are llama.cpp's.
struct SamplerOptions {
  float temperature = 0.8f;  ///< logits are divided by it; 0 or less: always the most likely token
  int top_k = 40;            ///< keep the K most likely tokens; 0 or -1: all
  float top_p = 0.95f;       ///< keep the most likely tokens that together reach this probability; 1: all
  float min_p = 0.05f;       ///< keep tokens at least this fraction as likely as the most likely one; 0: all
  float repeat_penalty = 1.0f;  ///< make recent tokens less likely; 1: leave them
  int repeat_last_n = 64;       ///< how many tokens count as recent; 0: none, -1: all
  std::uint64_t seed = 0;       ///< the same seed, options and logits give the same tokens

  /// @throws Error that names the option, its value and the values it can have
  void validate() const;
};

/// Chooses tokens: repeat penalty, top-k, top-p, min-p, temperature, in this order, then a draw.
class Sampler {
 public:
  /// @throws Error when an option is out of range
  explicit Sampler(SamplerOptions options);

  /// @param logits   [vocabulary] of the last position; minus infinity forbids a token
  /// @param history  the tokens so far, oldest first
  /// @throws Error when a logit is NaN or plus infinity, when every token is forbidden, or when a token of
  /// the history
  ///   that counts is not in the vocabulary
  Token sample(std::span<const float> logits, std::span<const Token> history);

  const SamplerOptions& options() const { return options_; }

 private:
  double uniform();

  SamplerOptions options_;
  std::mt19937_64 random_;  // the standard fixes its output, unlike that of std::uniform_real_distribution
  std::vector<Candidate> candidates_;
};

}  // namespace sampler
