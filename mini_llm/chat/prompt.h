#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "chat/template.h"
#include "tokenizer/tokenizer.h"

namespace chat {

/// A conversation as the tokens that a model reads.
struct Prompt {
  std::vector<tokenizer::Token> tokens;
  std::size_t beginning = 0;  ///< how many of them are its beginning, see Rendering::end_beginning
};

/// The texts of the tokenizer's special tokens, for a template to write.
RenderOptions render_options(const tokenizer::Tokenizer& tokenizer);

/// The tokens of a rendered conversation: markup may be special tokens, content never is, and plain text goes
/// on across their borders. There is one begin-of-text token at the beginning where the template writes it or
/// the model wants it, never two.
/// @throws tokenizer::Error as Tokenizer::encode
Prompt encode(const tokenizer::Tokenizer& tokenizer, const Rendering& rendering);

}  // namespace chat
