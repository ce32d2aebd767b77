#include "session/generate.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace session {
namespace {

class Stopwatch {
 public:
  double seconds() const { return Seconds(Clock::now() - start_).count(); }
  void leave_out(double seconds) { start_ += std::chrono::duration_cast<Clock::duration>(Seconds(seconds)); }

 private:
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;
  Clock::time_point start_ = Clock::now();
};

/// The loop; `logits` are those after the last token that the session has read.
StopReason generate_after(std::span<const float> logits, Session& session,
                          const tokenizer::Tokenizer& tokenizer, sampler::Sampler& sampler,
                          const GenerateOptions& options, const TextSink& sink, std::size_t& generated,
                          Stopwatch& time) {
  tokenizer::Utf8Stream characters;
  StopReason reason = StopReason::kTokenLimit;
  while (!options.max_tokens || generated < *options.max_tokens) {
    const Token token = sampler.sample(logits, session.tokens());
    ++generated;
    if (tokenizer.is_end_of_generation(token)) {
      reason = StopReason::kEndOfGeneration;
      break;
    }
    if (!sink(characters.push(tokenizer.decode_piece(token)))) return StopReason::kInterrupted;
    if (options.max_tokens && generated == *options.max_tokens) break;  // its scores are not needed
    if (generated == 1 && options.after_first_token) {
      const Stopwatch pause;
      if (!options.after_first_token()) return StopReason::kInterrupted;
      time.leave_out(pause.seconds());
    }
    if (session.room() > 0) {
      logits = session.append({&token, 1});
      continue;
    }
    std::optional<std::span<const float>> shifted;
    if (options.on_full == OnFull::kShift)
      shifted = shift(session, options.keep, token, options.on_shift, options.prompt_progress);
    if (!shifted) {
      reason = StopReason::kContextFull;
      break;
    }
    if (shifted->empty()) return StopReason::kInterrupted;
    logits = *shifted;
  }
  sink(characters.flush());
  return reason;
}

}  // namespace

std::optional<std::span<const float>> shift(Session& session, std::size_t keep, Token next,
                                            const std::function<void(const Shift&)>& on_shift,
                                            const Session::Progress& progress) {
  const std::span<const Token> tokens = session.tokens();
  keep = std::min(keep, tokens.size());
  const std::size_t dropped = (tokens.size() - keep + 1) / 2;
  if (dropped == 0) return std::nullopt;
  std::vector<Token> rest(tokens.begin() + static_cast<std::ptrdiff_t>(keep + dropped), tokens.end());
  if (on_shift) on_shift({keep, dropped, rest.size()});
  rest.push_back(next);
  session.rewind(keep);
  return session.append(rest, progress);
}

Statistics generate(Session& session, const tokenizer::Tokenizer& tokenizer, sampler::Sampler& sampler,
                    std::span<const Token> prompt, const GenerateOptions& options, const TextSink& sink) {
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
  Stopwatch generation_time;
  statistics.stop_reason = generate_after(logits, session, tokenizer, sampler, options, sink,
                                          statistics.generated_tokens, generation_time);
  statistics.generation_seconds = generation_time.seconds();
  return statistics;
}

}  // namespace session
