// The input is the chat template of a model file, and behind a byte of 0 the messages of a conversation, with
// 0 between them. The template is recognized, or not; the conversation is written as it says, and as one of
// the families that are known by name.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat/conversation.h"
#include "chat/template.h"

namespace {

/// The parts between bytes of 0.
std::vector<std::string> parts(std::string_view text) {
  std::vector<std::string> result(1);
  for (const char c : text) {
    if (c == '\0') {
      result.emplace_back();
    } else {
      result.back() += c;
    }
  }
  return result;
}

/// A conversation whose roles follow from the lengths of its messages, so that the odd ones come up too.
chat::Conversation conversation_of(const std::vector<std::string>& texts) {
  chat::Conversation conversation;
  for (std::size_t i = 1; i < texts.size(); ++i) {
    const chat::Role usual = i % 2 == 1 ? chat::Role::kUser : chat::Role::kAssistant;
    const bool odd = texts[i].size() % 7 == 6;
    conversation.push_back({odd ? chat::Role::kSystem : usual, texts[i]});
  }
  return conversation;
}

void write(const chat::Template& shape, const chat::Conversation& conversation,
           const std::string& generated) {
  for (const bool prompt : {false, true}) {
    try {
      const std::string text = shape.render(conversation, {"<s>", "</s>", prompt, "26 Jul 2024"}).text();
      static_cast<void>(shape.answer(text));
    } catch (const chat::Error&) {
      // a conversation that the template refuses
    }
  }
  static_cast<void>(shape.answer(generated));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> texts = parts({reinterpret_cast<const char*>(data), size});
  const chat::Conversation conversation = conversation_of(texts);
  if (const auto shape = chat::Template::recognize(texts[0])) write(*shape, conversation, texts.back());
  const std::vector<std::string>& names = chat::Template::names();
  write(chat::Template::named(names[size % names.size()]), conversation, texts.back());
  return 0;
}
