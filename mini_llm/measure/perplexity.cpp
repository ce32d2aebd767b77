#include "measure/perplexity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "session/session.h"

namespace measure {
namespace {

constexpr std::size_t kMaxScores = std::size_t{1} << 26;  // of one pass: 256 MiB of floats

void add_token(Perplexity& result, std::span<const float> logits, model::Token token) {
  const double loss = negative_log_likelihood(logits, token);
  if (std::isnan(loss)) {
    throw session::Error(
        "the model gave scores that are not numbers, so there is no perplexity. Its file is damaged, or its "
        "weights are outside of what this backend computes; try '--backend reference'.");
  }
  ++result.tokens;
  result.log_sum += loss;
  result.square_sum += loss * loss;
}

/// Thrown out of a pass in the middle of a chunk.
struct Stopped {};

/// Reads one chunk and adds what its second half scores.
/// @throws Stopped
void add_chunk(Perplexity& result, const model::Model& model, backend::Backend& backend,
               std::span<const model::Token> chunk, const std::function<bool()>& keep_going) {
  const std::size_t first = chunk.size() / 2;
  const std::size_t vocabulary = model.config.vocabulary;
  session::Session session(model, backend);
  const auto go_on = [&](std::size_t) { return !keep_going || keep_going(); };
  if (session.append(chunk.first(first), go_on).empty()) throw Stopped();

  std::size_t next = first + 1;  // the token that the next row of scores is about
  const auto score = [&](std::span<const float> logits) {
    for (; !logits.empty(); logits = logits.subspan(vocabulary), ++next) {
      add_token(result, logits.first(vocabulary), chunk[next]);
    }
  };
  // A pass with a large vocabulary has few tokens. Nothing follows the last token, so it is not read.
  const std::size_t most = std::max<std::size_t>(1, kMaxScores / vocabulary);
  for (auto rest = chunk.subspan(first, chunk.size() - 1 - first); !rest.empty();) {
    const std::size_t n = std::min(most, rest.size());
    if (!session.append_with_logits(rest.first(n), score, go_on)) throw Stopped();
    rest = rest.subspan(n);
  }
  ++result.chunks;
}

}  // namespace

double negative_log_likelihood(std::span<const float> logits, model::Token token) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0.0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - largest);
  // largest - logit first: beside a huge score the logarithm would vanish.
  return std::log(sum) + (largest - static_cast<double>(logits[static_cast<std::size_t>(token)]));
}

double Perplexity::value() const { return std::exp(log_sum / static_cast<double>(tokens)); }

std::optional<double> Perplexity::error() const {
  if (tokens < 2) return std::nullopt;
  const double n = static_cast<double>(tokens);
  const double variance = square_sum / n - (log_sum / n) * (log_sum / n);
  // The error of the mean, carried through the exponential: d exp(x) = exp(x) dx.
  return value() * std::sqrt(std::max(variance, 0.0) / (n - 1.0));
}

Perplexity measure_perplexity(const model::Model& model, backend::Backend& backend,
                              std::span<const model::Token> tokens, const PerplexityOptions& options,
                              const PerplexityProgress& progress) {
  const std::size_t size = options.context;
  const std::size_t chunks = std::min(tokens.size() / size, options.chunks.value_or(tokens.size()));
  if (chunks == 0) {
    throw session::Error(
        fmt::format("the text has {} tokens, but a chunk needs {}. Give a longer text, or a smaller chunk "
                    "with -c.",
                    tokens.size(), size));
  }
  Perplexity result;
  for (std::size_t i = 0; i < chunks; ++i) {
    const auto text = tokens.subspan(i * size, size);
    std::vector<model::Token> chunk(text.begin(), text.end());
    if (options.bos) chunk[0] = *options.bos;
    try {
      Perplexity with_chunk = result;  // a chunk counts as a whole or not at all
      add_chunk(with_chunk, model, backend, chunk, options.keep_going);
      result = with_chunk;
    } catch (const Stopped&) {
      break;
    }
    if (progress) progress(result);
  }
  return result;
}

}  // namespace measure
