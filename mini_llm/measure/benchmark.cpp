#include "measure/benchmark.h"

#include <chrono>
#include <random>
#include <span>

#include "session/session.h"

namespace measure {
namespace {

/// The same for the same model and count, so that runs can be compared.
std::vector<model::Token> random_tokens(std::size_t count, std::size_t vocabulary) {
  std::mt19937 random(1);
  std::uniform_int_distribution<model::Token> token(0, static_cast<model::Token>(vocabulary - 1));
  std::vector<model::Token> tokens(count);
  for (model::Token& t : tokens) t = token(random);
  return tokens;
}

/// False when it was stopped.
bool read(session::Session& session, Benchmark::Kind kind, std::span<const model::Token> tokens,
          const std::function<bool()>& keep_going) {
  if (kind == Benchmark::Kind::kPrompt) {
    return !session.append(tokens, [&](std::size_t) { return keep_going(); }).empty();
  }
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    session.append(tokens.subspan(i, 1));
    if (!keep_going()) return false;
  }
  return true;
}

}  // namespace

std::vector<double> time_runs(const model::Model& model, backend::Backend& backend,
                              const Benchmark& benchmark, int runs, const KeepGoing& keep_going) {
  const std::vector<model::Token> tokens = random_tokens(benchmark.tokens, model.config.vocabulary);
  std::vector<double> seconds;
  for (int run = 0; run <= runs; ++run) {
    if (!keep_going(run)) break;
    // One token of a generation touches all weights: enough to warm up.
    const bool first_is_enough = run == 0 && benchmark.kind == Benchmark::Kind::kGeneration;
    const auto begin = std::chrono::steady_clock::now();
    session::Session session(model, backend);
    if (!read(session, benchmark.kind, std::span(tokens).first(first_is_enough ? 1 : tokens.size()),
              [&] { return keep_going(run); })) {
      break;
    }
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    if (run > 0) seconds.push_back(time.count());
  }
  return seconds;
}

}  // namespace measure
