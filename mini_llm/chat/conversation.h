#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

enum class Role { kSystem, kUser, kAssistant };

/// "system", "user" or "assistant": the name that most templates write.
std::string_view name(Role role);

struct Message {
  Role role;
  std::string content;
};

/// The messages so far, the oldest first.
using Conversation = std::vector<Message>;

/// A conversation that a template refuses, or a template that is not known. The message is for the user.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace chat
