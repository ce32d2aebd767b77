// The families whose messages are written one after the other as they are. Each function is what the template
// of its models does; the case of a conversation that the template refuses is an Error here.
#include "chat/families.h"

#include <fmt/format.h>

#include <ctime>

namespace chat {
namespace {

bool begins_with_system(const Request& request) { return request.messages[0].role == Role::kSystem; }

/// The messages after a system message at the beginning.
std::span<const Message> without_system(const Request& request) {
  return std::span(request.messages).subspan(begins_with_system(request) ? 1 : 0);
}

void refuse_system(const Request& request) {
  if (!begins_with_system(request)) return;
  throw Error(
      fmt::format("the chat template '{}' has no place for a system message. Put its text at the "
                  "beginning of the first question.",
                  request.family));
}

/// Templates test only whether it is the user's turn at every second message.
void require_alternation(const Request& request, std::span<const Message> messages) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if ((messages[i].role == Role::kUser) == (i % 2 == 0)) continue;
    throw Error(
        fmt::format("in the chat template '{}' messages of user and assistant alternate, and the "
                    "first is the user's; here message {} is of the {}.",
                    request.family, i + 1, name(messages[i].role)));
  }
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  const std::tm* local = std::localtime(&now);
  if (local == nullptr) return "26 Jul 2024";
  // Not strftime: its %b follows the locale.
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  return fmt::format("{:02} {} {}", local->tm_mday,
                     kMonths.substr(3 * static_cast<std::size_t>(local->tm_mon), 3), local->tm_year + 1900);
}

void llama3_message(Rendering& out, std::string_view role, std::string_view content) {
  out.markup("<|start_header_id|>").markup(role).markup("<|end_header_id|>\n\n");
  out.content(trimmed(content)).markup("<|eot_id|>");
}

/// Since 3.1 there is always a system message, and it tells the date.
Rendering render_llama3_dated(const Request& request, std::string_view date) {
  Rendering out;
  out.markup(request.options.bos).markup("<|start_header_id|>system<|end_header_id|>\n\n");
  out.markup("Cutting Knowledge Date: December 2023\nToday Date: ").markup(date).markup("\n\n");
  if (begins_with_system(request)) out.content(trimmed(request.messages[0].content));
  out.markup("<|eot_id|>").end_beginning();
  for (const Message& message : without_system(request))
    llama3_message(out, name(message.role), message.content);
  if (request.options.add_generation_prompt) out.markup("<|start_header_id|>assistant<|end_header_id|>\n\n");
  return out;
}

void chatml_message(Rendering& out, std::string_view role, std::string_view content) {
  out.markup("<|im_start|>").markup(role).markup("\n").content(content).markup("<|im_end|>\n");
}

/// In what the templates of Mistral's models differ, which are otherwise one.
struct MistralShape {
  enum System { kNone, kBeforeFirstQuestion, kBeforeLastQuestion };
  System system = kNone;
  std::string_view question_begin;
  std::string_view question_end;
  std::string_view answer_begin = "";
  bool trims_answer = false;
  std::string_view end = "";  // behind the end-of-text token
};

Rendering render_mistral(const Request& request, const MistralShape& shape) {
  if (shape.system == MistralShape::kNone) refuse_system(request);
  const auto messages = without_system(request);
  require_alternation(request, messages);
  Rendering out;
  out.markup(request.options.bos);
  // Before the last question it moves on with the conversation, so it is no part of the beginning.
  const bool is_part_of_beginning =
      begins_with_system(request) && shape.system == MistralShape::kBeforeFirstQuestion;
  if (!is_part_of_beginning) out.end_beginning();
  for (const Message& message : messages) {
    if (message.role == Role::kUser) {
      const Message& with_system =
          shape.system == MistralShape::kBeforeFirstQuestion ? messages.front() : messages.back();
      out.markup(shape.question_begin);
      if (begins_with_system(request) && &message == &with_system) {
        out.content(request.messages[0].content).markup("\n\n");
        if (is_part_of_beginning) out.end_beginning();
      }
      out.content(message.content).markup(shape.question_end);
    } else if (message.role == Role::kAssistant) {
      out.markup(shape.answer_begin);
      out.content(shape.trims_answer ? trimmed(message.content) : std::string_view(message.content));
      out.markup(request.options.eos).markup(shape.end);
    } else {
      throw Error(fmt::format("in the chat template '{}' only the first message may be of the system.",
                              request.family));
    }
  }
  return out;
}

}  // namespace

Rendering render_llama2(const Request& request) {
  const auto messages = without_system(request);
  require_alternation(request, messages);
  Rendering out;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::string_view content = messages[i].content;
    if (messages[i].role == Role::kUser) {
      out.markup(request.options.bos);
      if (i > 0 || !begins_with_system(request)) {
        if (i == 0) out.end_beginning();
        out.markup("[INST] ").content(trimmed(content)).markup(" [/INST]");
        continue;
      }
      out.markup("[INST] <<SYS>>\n").content(request.messages[0].content).markup("\n<</SYS>>");
      // The template trims system message and question as one text: the question keeps the spaces before it,
      // and without a question the lines that part the two go as well.
      if (!trimmed(content).empty()) out.markup("\n\n");
      out.end_beginning();
      out.content(trimmed_right(content)).markup(" [/INST]");
    } else if (messages[i].role == Role::kAssistant) {
      out.markup(" ").content(trimmed(content)).markup(" ").markup(request.options.eos);
    }
  }
  return out;
}

Rendering render_llama3(const Request& request) {
  Rendering out;
  out.markup(request.options.bos);
  if (!begins_with_system(request)) out.end_beginning();
  for (const Message& message : request.messages) {
    llama3_message(out, name(message.role), message.content);
    if (&message == &request.messages[0] && message.role == Role::kSystem) out.end_beginning();
  }
  if (request.options.add_generation_prompt) out.markup("<|start_header_id|>assistant<|end_header_id|>\n\n");
  return out;
}

Rendering render_llama3_1(const Request& request) {
  return render_llama3_dated(request, request.options.date.value_or("26 Jul 2024"));
}

Rendering render_llama3_2(const Request& request) {
  return render_llama3_dated(request, request.options.date ? *request.options.date : today());
}

Rendering render_mistral_v0_1(const Request& request) {
  return render_mistral(request, {.question_begin = "[INST] ", .question_end = " [/INST]", .end = " "});
}

/// Also Mixtral 8x7B when it was new.
Rendering render_mistral_v0_2(const Request& request) {
  return render_mistral(request, {.question_begin = "[INST] ", .question_end = " [/INST]"});
}

/// What Mistral calls v1: Mixtral 8x7B and Mistral 7B v0.2 since their templates take system messages.
Rendering render_mistral_v1(const Request& request) {
  return render_mistral(request, {.system = MistralShape::kBeforeFirstQuestion,
                                  .question_begin = " [INST] ",
                                  .question_end = " [/INST]",
                                  .answer_begin = " "});
}

/// What Mistral calls v3: Mistral 7B v0.3.
Rendering render_mistral_v3(const Request& request) {
  return render_mistral(request, {.system = MistralShape::kBeforeLastQuestion,
                                  .question_begin = "[INST] ",
                                  .question_end = "[/INST]",
                                  .answer_begin = " ",
                                  .trims_answer = true});
}

Rendering render_mistral_nemo(const Request& request) {
  return render_mistral(
      request,
      {.system = MistralShape::kBeforeLastQuestion, .question_begin = "[INST]", .question_end = "[/INST]"});
}

/// Also Qwen 2.5 and others, which differ in the system message that stands there by itself.
Rendering render_chatml(const Request& request) {
  Rendering out;
  if (!begins_with_system(request) && !request.default_system.empty())
    out.markup("<|im_start|>system\n").markup(request.default_system).markup("<|im_end|>\n");
  if (!begins_with_system(request)) out.end_beginning();
  for (const Message& message : request.messages) {
    chatml_message(out, name(message.role), message.content);
    if (&message == &request.messages[0] && message.role == Role::kSystem) out.end_beginning();
  }
  if (request.options.add_generation_prompt) out.markup("<|im_start|>assistant\n");
  return out;
}

Rendering render_gemma(const Request& request) {
  refuse_system(request);
  require_alternation(request, request.messages);
  Rendering out;
  out.markup(request.options.bos).end_beginning();
  for (const Message& message : request.messages) {
    const std::string_view role = message.role == Role::kAssistant ? "model" : name(message.role);
    out.markup("<start_of_turn>").markup(role).markup("\n");
    out.content(trimmed(message.content)).markup("<end_of_turn>\n");
  }
  if (request.options.add_generation_prompt) out.markup("<start_of_turn>model\n");
  return out;
}

Rendering render_phi3(const Request& request) {
  Rendering out;
  for (const Message& message : request.messages) {
    if (message.role == Role::kSystem && message.content.empty()) continue;
    out.markup("<|").markup(name(message.role)).markup("|>\n").content(message.content).markup("<|end|>\n");
    if (&message == &request.messages[0] && message.role == Role::kSystem) out.end_beginning();
  }
  out.markup(request.options.add_generation_prompt ? "<|assistant|>\n" : request.options.eos);
  return out;
}

/// Zephyr, and TinyLlama, whose template is the same.
Rendering render_zephyr(const Request& request) {
  Rendering out;
  for (const Message& message : request.messages) {
    out.markup("<|").markup(name(message.role)).markup("|>\n");
    out.content(message.content).markup(request.options.eos).markup("\n");
    if (&message == &request.messages[0] && message.role == Role::kSystem) out.end_beginning();
  }
  if (request.options.add_generation_prompt) out.markup("<|assistant|>\n");
  return out;
}

Rendering render_deepseek_llm(const Request& request) {
  Rendering out;
  out.markup(request.options.bos);
  if (!begins_with_system(request)) out.end_beginning();
  for (const Message& message : request.messages) {
    switch (message.role) {
      case Role::kSystem:
        out.content(message.content).markup("\n\n");
        if (&message == &request.messages[0]) out.end_beginning();
        break;
      case Role::kUser:
        out.markup("User: ").content(message.content).markup("\n\n");
        break;
      case Role::kAssistant:
        out.markup("Assistant: ").content(message.content).markup(request.options.eos);
        break;
    }
  }
  if (request.options.add_generation_prompt) out.markup("Assistant:");
  return out;
}

}  // namespace chat
