// Families of models that think aloud, between <think> and </think>, before they answer. Their templates drop
// that from earlier answers: a conversation that goes on is not the old text with more at its end.
#include "chat/families.h"

#include <algorithm>

namespace chat {
namespace {

constexpr std::string_view kThinkEnd = "</think>";
constexpr std::string_view kThinkBegin = "<think>";

/// What stands behind the last `mark`; all of it where there is none.
std::string_view after_last(std::string_view text, std::string_view mark) {
  const std::size_t at = text.rfind(mark);
  return at == text.npos ? text : text.substr(at + mark.size());
}

std::string_view before_first(std::string_view text, std::string_view mark) {
  return text.substr(0, text.find(mark));
}

std::string_view without_leading_lines(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
  return text;
}

std::string_view without_trailing_lines(std::string_view text) {
  return text.substr(0, text.find_last_not_of('\n') + 1);  // npos + 1 is 0
}

/// Where the last question stands that a person asked; results of tools come in the user's name too.
std::size_t last_question(const Conversation& messages) {
  for (std::size_t i = messages.size(); i-- > 0;) {
    const std::string_view content = messages[i].content;
    const bool from_tool = content.starts_with("<tool_response>") && content.ends_with("</tool_response>");
    if (messages[i].role == Role::kUser && !from_tool) return i;
  }
  return messages.size() - 1;
}

}  // namespace

Rendering render_qwen3(const Request& request) {
  Rendering out;
  const Conversation& messages = request.messages;
  const std::size_t question = last_question(messages);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    std::string_view content = messages[i].content;
    out.markup("<|im_start|>").markup(name(messages[i].role)).markup("\n");
    if (messages[i].role == Role::kAssistant) {
      std::string_view reasoning;
      if (content.find(kThinkEnd) != content.npos) {
        reasoning = without_trailing_lines(before_first(content, kThinkEnd));
        reasoning = without_leading_lines(after_last(reasoning, kThinkBegin));
        content = without_leading_lines(after_last(content, kThinkEnd));
      }
      if (i > question && (i + 1 == messages.size() || !reasoning.empty())) {
        out.markup("<think>\n").content(without_trailing_lines(reasoning)).markup("\n</think>\n\n");
        content = without_leading_lines(content);
      }
    }
    out.content(content).markup("<|im_end|>\n");
    if (i == 0 && messages[i].role == Role::kSystem) out.end_beginning();
  }
  if (request.options.add_generation_prompt) out.markup("<|im_start|>assistant\n");
  return out;
}

/// The newest system message comes first, wherever it stands.
Rendering render_deepseek_r1(const Request& request) {
  std::string_view system;
  for (const Message& message : request.messages)
    if (message.role == Role::kSystem) system = message.content;
  Rendering out;
  out.markup(request.options.bos).content(system).end_beginning();
  for (const Message& message : request.messages) {
    if (message.role == Role::kUser) out.markup("<｜User｜>").content(message.content);
    if (message.role == Role::kAssistant) {
      out.markup("<｜Assistant｜>").content(after_last(message.content, kThinkEnd));
      out.markup("<｜end▁of▁sentence｜>");
    }
  }
  if (request.options.add_generation_prompt) out.markup("<｜Assistant｜><think>\n");
  return out;
}

}  // namespace chat
