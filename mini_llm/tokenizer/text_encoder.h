#pragma once

#include <string_view>
#include <vector>

#include "tokenizer/token.h"

namespace tokenizer {

/// Turns text without special tokens into ids: the part in which the kinds of tokenizer differ.
/// Safe to use from several threads at once.
class TextEncoder {
 public:
  virtual ~TextEncoder() = default;

  /// Appends the ids of `text` to `out`.
  /// @param text  valid UTF-8, not empty
  /// @param begins_text  nothing but special tokens stands before it
  /// @throws Error when the text holds something that the vocabulary has neither a token for nor an unknown
  /// token
  virtual void encode(std::string_view text, bool begins_text, std::vector<Token>& out) const = 0;
};

}  // namespace tokenizer
