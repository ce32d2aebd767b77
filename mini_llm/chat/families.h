// Inside chat/: the families, each a function.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "chat/conversation.h"
#include "chat/rendering.h"
#include "chat/template.h"

namespace chat {

/// What a family renders. The conversation has at least one message.
struct Request {
  std::string_view family;
  const Conversation& messages;
  const RenderOptions& options;
  std::string_view default_system;
};

struct Family {
  std::string_view name;
  Rendering (*render)(const Request& request);

  /// Tags that its template has, in the notation of canonical.h; every one must be there.
  std::vector<std::string_view> marks;
  /// Whether its template has branches for tools and the like besides. Where not, a template that prints or
  /// sets anything but the marks is not of this family.
  bool has_more = false;
  /// Used with `--chat-template`; a recognized template brings its own.
  std::string_view default_system = {};
};

/// All of them, in the order in which they are shown.
std::span<const Family> families();

Rendering render_llama2(const Request& request);
Rendering render_llama3(const Request& request);
Rendering render_llama3_1(const Request& request);
Rendering render_llama3_2(const Request& request);
Rendering render_mistral_v0_1(const Request& request);
Rendering render_mistral_v0_2(const Request& request);
Rendering render_mistral_v1(const Request& request);
Rendering render_mistral_v3(const Request& request);
Rendering render_mistral_nemo(const Request& request);
Rendering render_chatml(const Request& request);
Rendering render_qwen3(const Request& request);
Rendering render_gemma(const Request& request);
Rendering render_phi3(const Request& request);
Rendering render_zephyr(const Request& request);
Rendering render_deepseek_llm(const Request& request);
Rendering render_deepseek_r1(const Request& request);

}  // namespace chat
