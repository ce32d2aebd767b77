#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>

#include "backend/backend.h"
#include "model/model.h"

namespace measure {

/// How well a model predicts a text: the exponential of the mean negative log-likelihood of its tokens. 1 is
/// a perfect prediction; the size of the vocabulary is guessing.
struct Perplexity {
  std::size_t chunks = 0;
  std::size_t tokens = 0;   // scored
  double log_sum = 0.0;     // of -ln p(token), natural logarithm
  double square_sum = 0.0;  // of their squares

  double value() const;
  /// One standard error of value(), from the spread of the tokens' likelihoods; nullopt for fewer than two.
  std::optional<double> error() const;
};

struct PerplexityOptions {
  std::size_t context = 512;          // tokens of a chunk; at least 3
  std::optional<std::size_t> chunks;  // at most so many; nullopt: all
  std::optional<model::Token> bos;    // put in the place of each chunk's first token
  std::function<bool()> keep_going;   // asked after each layer; false ends the measurement before this chunk
};

/// Called after each chunk.
using PerplexityProgress = std::function<void(const Perplexity& so_far)>;

/// Perplexity as llama.cpp's tool of that name defines it, so that results can be compared: the text is cut
/// into chunks of `context` tokens, what is left over at the end is not used, each chunk is read from an
/// empty context, and only the tokens of its second half are scored (those behind position context / 2), as
/// the first ones have too little before them to be predicted well.
///
/// Sums are in double, and -ln p is taken from the scores by log-sum-exp, without a probability that could
/// become 0.
///
/// @param backend  with a context of at least options.context
/// @return of the chunks before `keep_going` said to stop, maybe of none
/// @throws session::Error when the text has fewer tokens than one chunk, or a score is not a number
Perplexity measure_perplexity(const model::Model& model, backend::Backend& backend,
                              std::span<const model::Token> tokens, const PerplexityOptions& options,
                              const PerplexityProgress& progress);

/// -ln of the probability that `logits` [vocabulary] give to `token`; NaN when a score is NaN.
double negative_log_likelihood(std::span<const float> logits, model::Token token);

}  // namespace measure
