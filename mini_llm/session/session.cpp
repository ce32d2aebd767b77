#include "session/session.h"

#include <fmt/format.h>

#include <algorithm>

namespace session {
namespace {

std::ptrdiff_t offset(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

}  // namespace

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

std::span<const float> Session::append(std::span<const Token> tokens, const Progress& progress) {
  check(tokens);
  logits_.resize(model_.config.vocabulary);
  for (std::size_t done = 0; done < tokens.size();) {
    const std::size_t n = std::min(backend_.batch_size(), tokens.size() - done);
    const bool last = done + n == tokens.size();
    model::forward(model_, backend_, tokens.subspan(done, n), position(),
                   last ? std::span(logits_) : std::span<float>());
    tokens_.insert(tokens_.end(), tokens.begin() + offset(done), tokens.begin() + offset(done + n));
    done += n;
    if (progress && !progress(done) && !last) return {};
  }
  return logits_;
}

void Session::append_with_logits(std::span<const Token> tokens, const LogitsSink& sink) {
  check(tokens);
  for (std::size_t done = 0; done < tokens.size();) {
    const std::size_t n = std::min(backend_.batch_size(), tokens.size() - done);
    logits_.resize(n * model_.config.vocabulary);
    model::forward(model_, backend_, tokens.subspan(done, n), position(), logits_);
    tokens_.insert(tokens_.end(), tokens.begin() + offset(done), tokens.begin() + offset(done + n));
    done += n;
    sink(logits_);
  }
}

}  // namespace session
