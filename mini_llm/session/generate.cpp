#include "session/generate.h"

#include <chrono>

namespace session {
namespace {

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

/// The loop; `logits` are those after the last token of `history`.
StopReason generate_after(std::span<const float> logits, Session& session,
                          const tokenizer::Tokenizer& tokenizer, sampler::Sampler& sampler,
                          std::vector<Token> history, const GenerateOptions& options, const TextSink& sink,
                          std::size_t& generated) {
  tokenizer::Utf8Stream characters;
  StopReason reason = StopReason::kTokenLimit;
  while (!options.max_tokens || generated < *options.max_tokens) {
    const Token token = sampler.sample(logits, history);
    ++generated;
    if (tokenizer.is_end_of_generation(token)) {
      reason = StopReason::kEndOfGeneration;
      break;
    }
    if (!sink(characters.push(tokenizer.decode_piece(token)))) return StopReason::kInterrupted;
    if (options.max_tokens && generated == *options.max_tokens) break;  // its scores are not needed
    if (session.room() == 0) {
      reason = StopReason::kContextFull;
      break;
    }
    history.push_back(token);
    logits = session.append({&token, 1});
  }
  sink(characters.flush());
  return reason;
}

}  // namespace

Statistics generate(Session& session, const tokenizer::Tokenizer& tokenizer, sampler::Sampler& sampler,
                    const std::vector<Token>& prompt, const GenerateOptions& options, const TextSink& sink) {
  Statistics statistics;
  const std::size_t start = session.position();
  const Stopwatch prompt_time;
  const std::span<const float> logits = session.append(prompt, options.prompt_progress);
  statistics.prompt_seconds = prompt_time.seconds();
  statistics.prompt_tokens = session.position() - start;
  if (logits.empty()) {
    statistics.stop_reason = StopReason::kInterrupted;
    return statistics;
  }
  const Stopwatch generation_time;
  statistics.stop_reason =
      generate_after(logits, session, tokenizer, sampler, prompt, options, sink, statistics.generated_tokens);
  statistics.generation_seconds = generation_time.seconds();
  return statistics;
}

}  // namespace session
