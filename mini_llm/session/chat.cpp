#include "session/chat.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace session {

Chat::Chat(Session& session, const tokenizer::Tokenizer& tokenizer, const chat::Template& shape,
           const std::string& system)
    : session_(session),
      tokenizer_(tokenizer),
      template_(shape),
      render_options_(chat::render_options(tokenizer)) {
  if (system.empty()) return;
  conversation_.push_back({chat::Role::kSystem, system});
  system_messages_ = 1;
  chat::Conversation trial = conversation_;
  trial.push_back({chat::Role::kUser, "?"});
  template_.render(trial, render_options_);  // throws where there is no place for a system message
}

void Chat::reset() { conversation_.resize(system_messages_, {chat::Role::kSystem, ""}); }

chat::Prompt Chat::prompt() const {
  return chat::encode(tokenizer_, template_.render(conversation_, render_options_));
}

void Chat::make_fit(chat::Prompt& prompt, OnFull on_full, const Callbacks& callbacks) {
  const std::size_t context = session_.context_size();
  if (prompt.tokens.size() < context) return;  // one place at least for the answer
  if (on_full == OnFull::kStop) {
    throw Error(
        fmt::format("the conversation with this question has {} tokens, and an answer would follow; the "
                    "context has {}. Begin a new one with /reset, or start with a larger context (-c) or "
                    "with --on-full shift, which forgets the oldest questions.",
                    prompt.tokens.size(), context));
  }
  std::size_t forgotten = 0;
  while (prompt.tokens.size() > prompt.beginning + (context - std::min(prompt.beginning, context)) / 2) {
    const auto first = conversation_.begin() + static_cast<std::ptrdiff_t>(system_messages_);
    const auto next = std::find_if(first + 1, conversation_.end(), [](const chat::Message& message) {
      return message.role == chat::Role::kUser;
    });
    if (next == conversation_.end()) break;  // the question itself
    conversation_.erase(first, next);
    ++forgotten;
    prompt = this->prompt();
  }
  if (prompt.tokens.size() >= context) {
    throw Error(
        fmt::format("the question has {} tokens with what the chat template adds, and an answer would "
                    "follow; the context has {}. Ask a shorter one, or start with a larger context (-c).",
                    prompt.tokens.size(), context));
  }
  if (callbacks.forgotten) callbacks.forgotten(forgotten);
}

Chat::Turn Chat::ask(const std::string& question, sampler::Sampler& sampler, GenerateOptions options,
                     const Callbacks& callbacks) {
  const chat::Conversation before = conversation_;
  Turn turn;
  std::string answer;
  try {
    conversation_.push_back({chat::Role::kUser, question});
    chat::Prompt prompt = this->prompt();
    make_fit(prompt, options.on_full, callbacks);
    turn.reused = session_.rewind_to_common(prompt.tokens);
    if (callbacks.prompt) callbacks.prompt(prompt, turn.reused);
    options.keep = prompt.beginning;
    turn.statistics = generate(session_, tokenizer_, sampler, std::span(prompt.tokens).subspan(turn.reused),
                               options, [&](std::string_view text) {
                                 answer += text;
                                 return callbacks.text(text);
                               });
  } catch (...) {
    conversation_ = before;
    throw;
  }
  if (turn.statistics.stop_reason == StopReason::kInterrupted && answer.empty()) {
    conversation_ = before;
  } else {
    conversation_.push_back({chat::Role::kAssistant, template_.answer(answer)});
  }
  return turn;
}

}  // namespace session
