#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "sampler/sampler.h"
#include "session/session.h"
#include "tokenizer/tokenizer.h"

namespace session {

enum class StopReason { kEndOfGeneration, kTokenLimit, kContextFull, kInterrupted };

struct GenerateOptions {
  std::optional<std::size_t> max_tokens;  // nullopt: until the model ends the text or the context is full
  Session::Progress prompt_progress;
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

/// Reads the prompt, then chooses a token, prints it and reads it, again and again.
///
/// @param prompt  at least one token
/// @throws Error when the prompt does not fit into the context
Statistics generate(Session& session, const tokenizer::Tokenizer& tokenizer, sampler::Sampler& sampler,
                    const std::vector<Token>& prompt, const GenerateOptions& options, const TextSink& sink);

}  // namespace session
