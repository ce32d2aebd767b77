#include "chat/prompt.h"

#include <algorithm>
#include <span>

namespace chat {
namespace {

std::vector<tokenizer::Token> encode_segments(const tokenizer::Tokenizer& tokenizer,
                                              std::span<const Segment> segments) {
  std::vector<tokenizer::TextPart> parts;
  for (const Segment& segment : segments) parts.push_back({segment.text, segment.is_markup});
  return tokenizer.encode_parts(parts);
}

}  // namespace

RenderOptions render_options(const tokenizer::Tokenizer& tokenizer) {
  RenderOptions options;
  if (tokenizer.bos()) options.bos = tokenizer.token_text(*tokenizer.bos());
  if (tokenizer.eos()) options.eos = tokenizer.token_text(*tokenizer.eos());
  return options;
}

Prompt encode(const tokenizer::Tokenizer& tokenizer, const Rendering& rendering) {
  const std::span<const Segment> segments = rendering.segments();
  Prompt prompt;
  prompt.tokens = encode_segments(tokenizer, segments);
  // Where plain text goes on behind the beginning, the last of its tokens may be another one.
  const auto beginning = encode_segments(tokenizer, segments.first(rendering.beginning()));
  const auto end =
      std::mismatch(beginning.begin(), beginning.end(), prompt.tokens.begin(), prompt.tokens.end());
  prompt.beginning = static_cast<std::size_t>(end.first - beginning.begin());

  const bool has_bos = !prompt.tokens.empty() && prompt.tokens[0] == tokenizer.bos();
  if (tokenizer.adds_bos() && !has_bos) {
    prompt.tokens.insert(prompt.tokens.begin(), *tokenizer.bos());
    ++prompt.beginning;
  }
  return prompt;
}

}  // namespace chat
