#include "chat/template.h"

#include <fmt/format.h>

#include "chat/families.h"

namespace chat {

std::string_view name(Role role) {
  switch (role) {
    case Role::kSystem:
      return "system";
    case Role::kUser:
      return "user";
    case Role::kAssistant:
      return "assistant";
  }
  return "";
}

Template::Template(const Family& family, std::string default_system)
    : family_(&family), default_system_(std::move(default_system)) {}

Template Template::named(std::string_view name) {
  for (const Family& family : families())
    if (family.name == name) return Template(family, std::string(family.default_system));
  throw Error(
      fmt::format("there is no chat template of that name. There are: {}.", fmt::join(names(), ", ")));
}

const std::vector<std::string>& Template::names() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> result;
    for (const Family& family : families()) result.emplace_back(family.name);
    return result;
  }();
  return all;
}

std::string_view Template::name() const { return family_->name; }

Rendering Template::render(const Conversation& conversation, const RenderOptions& options) const {
  if (conversation.empty()) throw Error("the conversation is empty; it needs at least one message.");
  return family_->render({family_->name, conversation, options, default_system_});
}

std::string Template::answer(std::string_view generated) const {
  // These templates put a space before an answer that is part of the conversation: the same space that the
  // model begins with.
  const bool space_is_in_template =
      family_->render == render_deepseek_llm || family_->render == render_mistral_v1;
  if (space_is_in_template && generated.starts_with(' ')) generated.remove_prefix(1);
  return std::string(generated);
}

}  // namespace chat
