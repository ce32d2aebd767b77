#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "sampler/sampler.h"
#include "session/session.h"
#include "tokenizer/tokenizer.h"

namespace session {

enum class StopReason { kEndOfGeneration, kTokenLimit, kContextFull, kInterrupted };

/// What to do when the context is full and the text is not at its end.
enum class OnFull {
  kStop,
  kShift,  // drop the older half of what is not kept, read the rest again, and go on
};

/// How a full context was made to have room.
struct Shift {
  std::size_t kept;     // tokens at the beginning that stayed
  std::size_t dropped;  // tokens after them that are gone
  std::size_t reread;   // tokens after those, read again at their new positions
};

struct GenerateOptions {
  std::optional<std::size_t> max_tokens;  // nullopt: until the model ends the text or the context is full
  Session::Progress prompt_progress;
  /// Called once, when the first token has been printed and another is wanted: time for what makes later
  /// tokens faster. Not counted as generation. False ends the generation.
  std::function<bool()> after_first_token;

  OnFull on_full = OnFull::kStop;
  std::size_t keep = 0;                        // tokens at the beginning that a shift leaves there
  std::function<void(const Shift&)> on_shift;  // told before the reading
};

/// What generating took. A token that ends the text counts as generated.
struct Statistics {
  std::size_t prompt_tokens = 0;
  double prompt_seconds = 0.0;
  std::size_t generated_tokens = 0;
  double generation_seconds = 0.0;
  StopReason stop_reason = StopReason::kTokenLimit;
};

/// Takes the next piece of text, always whole UTF-8 characters; false ends the generation.
using TextSink = std::function<bool(std::string_view text)>;

/// Makes room in a full context: drops the older half of the tokens behind the first `keep`, and reads what
/// stood behind them again, so that everything is as if the text had been that short from the beginning.
///
/// @param next  read after them: the token that found no place
/// @param progress  as Session::append takes it
/// @param on_shift  told before the reading; may be empty
/// @return the scores after `next`; nullopt when nothing can be dropped; empty when `progress` said to stop
std::optional<std::span<const float>> shift(Session& session, std::size_t keep, Token next,
                                            const std::function<void(const Shift&)>& on_shift = {},
                                            const Session::Progress& progress = {});

/// Reads the prompt, then chooses a token, prints it and reads it, again and again.
///
/// @param prompt  at least one token; read after what the session has read already
/// @throws Error when the prompt does not fit into the context
Statistics generate(Session& session, const tokenizer::Tokenizer& tokenizer, sampler::Sampler& sampler,
                    std::span<const Token> prompt, const GenerateOptions& options, const TextSink& sink);

}  // namespace session
