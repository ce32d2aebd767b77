#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <stdexcept>
#include <vector>

#include "backend/backend.h"
#include "model/model.h"

namespace session {

using model::Token;

/// A request that cannot be met. The message is for the user.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One growing sequence of tokens and the model that reads it.
class Session {
 public:
  /// Both must outlive the session.
  Session(const model::Model& model, backend::Backend& backend);

  /// The tokens read so far, and how many they are.
  std::span<const Token> tokens() const { return tokens_; }
  std::size_t position() const { return tokens_.size(); }
  std::size_t context_size() const { return backend_.context_size(); }
  std::size_t room() const { return context_size() - position(); }

  /// Called after each layer of each pass with the number of tokens read of those given, as it would be if
  /// those of a pass came one after the other; false ends the reading, as if this pass had not begun.
  using Progress = std::function<bool(std::size_t done)>;

  /// Reads tokens, and says what may come next.
  /// @return [vocabulary] scores after the last token; valid until the next call; empty when `progress` said
  /// to stop
  /// @throws Error when there is no token, or they do not fit into the context
  /// @throws model::Error when one is not in the vocabulary
  std::span<const float> append(std::span<const Token> tokens, const Progress& progress = {});

  /// Forgets all tokens but the first `count`, which costs nothing: what is read next takes their place.
  /// @pre count <= position()
  void rewind(std::size_t count);

  /// Goes back to where `tokens` differs from what was read, and before its last token at the latest, so that
  /// reading the rest of `tokens` gives its scores.
  /// @return how many of `tokens` need not be read again
  std::size_t rewind_to_common(std::span<const Token> tokens);

  /// Throws what append would throw.
  void check(std::span<const Token> tokens) const;

  /// Takes the scores after each of the tokens of one pass: [n][vocabulary].
  using LogitsSink = std::function<void(std::span<const float> logits)>;

  /// Reads tokens and hands out the scores after every one of them, pass by pass.
  /// @return false when `progress` said to stop
  /// @throws Error as append
  bool append_with_logits(std::span<const Token> tokens, const LogitsSink& sink,
                          const Progress& progress = {});

 private:
  /// Reads as many of the tokens behind the first `done` as a pass takes; logits as model::forward.
  /// @return how many; 0 when `progress` said to stop
  std::size_t pass(std::span<const Token> tokens, std::size_t done, std::span<float> logits,
                   const Progress& progress);

  const model::Model& model_;
  backend::Backend& backend_;
  std::vector<Token> tokens_;
  std::vector<float> logits_;
};

}  // namespace session
