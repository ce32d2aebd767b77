#include "session/session.h"

#include <fmt/format.h>

#include <algorithm>

namespace session {

Session::Session(const model::Model& model, backend::Backend& backend) : model_(model), backend_(backend) {}

void Session::rewind(std::size_t count) { tokens_.resize(std::min(count, tokens_.size())); }

std::size_t Session::rewind_to_common(std::span<const Token> tokens) {
  const auto end = std::mismatch(tokens_.begin(), tokens_.end(), tokens.begin(), tokens.end());
  std::size_t common = static_cast<std::size_t>(end.first - tokens_.begin());
  if (common == tokens.size() && common > 0) --common;
  rewind(common);
  return common;
}

void Session::check(std::span<const Token> tokens) const {
  if (tokens.empty()) throw Error("there are no tokens to read. Give at least one.");
  for (const Token token : tokens) model::checked_token(model_.config, token);
  if (tokens.size() > room()) {
    throw Error(
        fmt::format("{} tokens do not fit into the {} places left of the context of {}. Give a shorter text, "
                    "or a larger context with -c; the model was trained for {}.",
                    tokens.size(), room(), context_size(), model_.config.context_length));
  }
}

std::size_t Session::pass(std::span<const Token> tokens, std::size_t done, std::span<float> logits,
                          const Progress& progress) {
  const std::size_t n = std::min(backend_.batch_size(), tokens.size() - done);
  const std::span<const Token> read = tokens.subspan(done, n);
  const auto layer_done = [&](std::size_t layers) {
    return !progress || progress(done + n * layers / model_.config.layers);
  };
  if (!model::forward(model_, backend_, read, position(), logits, layer_done)) return 0;
  tokens_.insert(tokens_.end(), read.begin(), read.end());
  return n;
}

std::span<const float> Session::append(std::span<const Token> tokens, const Progress& progress) {
  check(tokens);
  logits_.resize(model_.config.vocabulary);
  for (std::size_t done = 0; done < tokens.size();) {
    const bool last = tokens.size() - done <= backend_.batch_size();
    const std::size_t n = pass(tokens, done, last ? std::span(logits_) : std::span<float>(), progress);
    if (n == 0) return {};
    done += n;
  }
  return logits_;
}

bool Session::append_with_logits(std::span<const Token> tokens, const LogitsSink& sink,
                                 const Progress& progress) {
  check(tokens);
  for (std::size_t done = 0; done < tokens.size();) {
    const std::size_t rows = std::min(backend_.batch_size(), tokens.size() - done);
    logits_.resize(rows * model_.config.vocabulary);
    const std::size_t n = pass(tokens, done, logits_, progress);
    if (n == 0) return false;
    done += n;
    sink(logits_);
  }
  return true;
}

}  // namespace session
