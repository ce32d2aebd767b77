#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "chat/prompt.h"
#include "chat/template.h"
#include "session/generate.h"

namespace session {

/// A conversation with a model: questions in, answers out. What has been read is not read again, as far as
/// the prompt of the next question begins the same way.
class Chat {
 public:
  /// @param session  and `tokenizer` must outlive the chat
  /// @param system  the system message; empty for none
  /// @throws chat::Error when the template has no place for it
  Chat(Session& session, const tokenizer::Tokenizer& tokenizer, const chat::Template& shape,
       const std::string& system);

  struct Callbacks {
    TextSink text;  // the answer, as generate hands it out
    /// Told before the reading: the whole prompt, and how many tokens of it need not be read again.
    std::function<void(const chat::Prompt& prompt, std::size_t reused)> prompt = {};
    /// Told when the oldest questions with their answers were dropped, so that the prompt fits.
    std::function<void(std::size_t questions)> forgotten = {};
  };

  struct Turn {
    Statistics statistics;
    std::size_t reused = 0;  // tokens of the prompt that had been read before
  };

  /// Asks, and adds question and answer to the conversation. An answer that was interrupted before it began
  /// leaves the conversation as it was.
  ///
  /// A prompt that does not fit into the context is an Error with OnFull::kStop. With OnFull::kShift the
  /// oldest questions go, with their answers, until half of the context behind the beginning is free.
  ///
  /// @param options  `keep` is set here: the beginning of the prompt
  /// @throws Error when the prompt does not fit, chat::Error, tokenizer::Error; the conversation is then as
  /// it was
  Turn ask(const std::string& question, sampler::Sampler& sampler, GenerateOptions options,
           const Callbacks& callbacks);

  /// Forgets all but the system message.
  void reset();

  const chat::Conversation& conversation() const { return conversation_; }

 private:
  chat::Prompt prompt() const;
  void make_fit(chat::Prompt& prompt, OnFull on_full, const Callbacks& callbacks);

  Session& session_;
  const tokenizer::Tokenizer& tokenizer_;
  chat::Template template_;
  chat::RenderOptions render_options_;
  std::size_t system_messages_ = 0;  // 1 with a system message, else 0
  chat::Conversation conversation_;
};

}  // namespace session
