#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/conversation.h"
#include "chat/rendering.h"

namespace chat {

struct RenderOptions {
  std::string bos;  ///< text of the begin-of-text token, as the vocabulary spells it; empty for none
  std::string eos;  ///< text of the end-of-text token
  bool add_generation_prompt = true;  ///< end with what makes the model answer
  /// For templates that tell the model the date, such as "26 Jul 2024"; nullopt: what the template says by
  /// itself, which is a fixed day (llama3.1) or today (llama3.2).
  std::optional<std::string> date;
};

struct Family;

/// How a model wants a conversation written: one of the families that are known, not an interpreter for the
/// template language. Immutable; copies are cheap.
class Template {
 public:
  /// The family whose template this is.
  /// @param text  `tokenizer.chat_template` of a model file
  /// @return nullopt when it is none of those that are known: a conversation in a slightly different format
  /// would be answered badly without a sign of why
  static std::optional<Template> recognize(std::string_view text);

  /// The family of that name, as in `--chat-template NAME`.
  /// @throws Error with the names that there are
  static Template named(std::string_view name);
  static const std::vector<std::string>& names();

  std::string_view name() const;

  /// The conversation as the model was trained to read it.
  /// @throws Error when it is empty, or is one that the template refuses (a system message, turns that do not
  /// alternate)
  Rendering render(const Conversation& conversation, const RenderOptions& options) const;

  /// The part of a generated text that goes into the conversation as the assistant's message.
  std::string answer(std::string_view generated) const;

  /// What stands in for a system message where there is none; empty for nothing.
  const std::string& default_system() const { return default_system_; }

 private:
  Template(const Family& family, std::string default_system);

  const Family* family_;
  std::string default_system_;
};

}  // namespace chat
