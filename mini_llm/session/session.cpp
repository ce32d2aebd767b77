#include "session/session.h"

#include <fmt/format.h>

#include <algorithm>

namespace session {

Session::Session(const model::Model& model, backend::Backend& backend) : model_(model), backend_(backend) {}

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
    model::forward(model_, backend_, tokens.subspan(done, n), position_,
                   last ? std::span(logits_) : std::span<float>());
    position_ += n;
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
    model::forward(model_, backend_, tokens.subspan(done, n), position_, logits_);
    position_ += n;
    done += n;
    sink(logits_);
  }
}

}  // namespace session
