// Conversations rendered as chat templates do, against texts written by hand and against those of a template
// interpreter.

#include <fstream>
#include <nlohmann/json.hpp>

#include "chat/canonical.h"
#include "chat/template.h"
#include "error_message.h"
#include "support/catch.h"

namespace {

using chat::Role;
using chat::Template;

const chat::Conversation kQuestion = {{Role::kUser, " Hi\n"}};
const chat::Conversation kSystem = {{Role::kSystem, "Be brief."}, {Role::kUser, "Hi"}};
const chat::Conversation kTwoTurns = {{Role::kUser, "Hi"}, {Role::kAssistant, "Yes?"}, {Role::kUser, "Bye"}};

std::string rendered(const Template& shape, const chat::Conversation& conversation, bool prompt = true) {
  return shape.render(conversation, {"<s>", "</s>", prompt, "1 Jan 2030"}).text();
}

std::string rendered(std::string_view name, const chat::Conversation& conversation, bool prompt = true) {
  return rendered(Template::named(name), conversation, prompt);
}

std::string name_of(std::string_view text) {
  const auto shape = Template::recognize(text);
  return shape ? std::string(shape->name()) : "(not recognized)";
}

// ChatML in two ways to write it.
const std::string kChatMl =
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + "
    "'<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
    "{% endif %}";
const std::string kChatMlOnLines = R"({# another hand #}
{%- for message in messages %}
    {{- "<|im_start|>" + message.role + "\n" + message.content + "<|im_end|>\n" }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- "<|im_start|>assistant\n" }}
{%- endif %}
)";

}  // namespace

TEST_CASE("each family renders a question as its models know it") {
  CHECK(rendered("llama2", kQuestion) == "<s>[INST] Hi [/INST]");
  CHECK(rendered("llama3", kQuestion) ==
        "<s><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n");
  CHECK(rendered("llama3.1", kQuestion) ==
        "<s><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n"
        "Today Date: 1 Jan 2030\n\n<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n");
  CHECK(rendered("llama3.2", kQuestion) == rendered("llama3.1", kQuestion));
  CHECK(rendered("mistral-v0.1", kQuestion) == "<s>[INST]  Hi\n [/INST]");
  CHECK(rendered("mistral-v0.2", kQuestion) == "<s>[INST]  Hi\n [/INST]");
  CHECK(rendered("mistral-v1", kQuestion) == "<s> [INST]  Hi\n [/INST]");
  CHECK(rendered("mistral-v3", kQuestion) == "<s>[INST]  Hi\n[/INST]");
  CHECK(rendered("mistral-nemo", kQuestion) == "<s>[INST] Hi\n[/INST]");
  CHECK(rendered("chatml", kQuestion) == "<|im_start|>user\n Hi\n<|im_end|>\n<|im_start|>assistant\n");
  CHECK(
      rendered("qwen2.5", kQuestion) ==
      "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n" +
          rendered("chatml", kQuestion));
  CHECK(rendered("qwen3", kQuestion) == rendered("chatml", kQuestion));
  CHECK(rendered("gemma", kQuestion) == "<s><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n");
  CHECK(rendered("phi3", kQuestion) == "<|user|>\n Hi\n<|end|>\n<|assistant|>\n");
  CHECK(rendered("zephyr", kQuestion) == "<|user|>\n Hi\n</s>\n<|assistant|>\n");
  CHECK(rendered("deepseek-llm", kQuestion) == "<s>User:  Hi\n\n\nAssistant:");
  CHECK(rendered("deepseek-r1", kQuestion) == "<s><｜User｜> Hi\n<｜Assistant｜><think>\n");
  CHECK(Template::names().size() == 17);
}

TEST_CASE("a system message goes where the family wants it") {
  CHECK(rendered("llama2", kSystem) == "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST]");
  CHECK(rendered("llama2", {{Role::kSystem, "Be brief."}, {Role::kUser, " \n"}}) ==
        "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>> [/INST]");
  CHECK(rendered("mistral-nemo", kSystem) == "<s>[INST]Be brief.\n\nHi[/INST]");
  CHECK(rendered("mistral-v1", kSystem) == "<s> [INST] Be brief.\n\nHi [/INST]");
  CHECK(rendered("mistral-v3", kSystem) == "<s>[INST] Be brief.\n\nHi[/INST]");
  CHECK(rendered("qwen2.5", kSystem) == rendered("chatml", kSystem));
  CHECK(rendered("deepseek-r1", kSystem, false) == "<s>Be brief.<｜User｜>Hi");
  CHECK(rendered("phi3", {{Role::kSystem, ""}, {Role::kUser, "Hi"}}, false) == "<|user|>\nHi<|end|>\n</s>");
}

TEST_CASE("the begin-of-text token and the system message are a conversation's beginning") {
  const auto beginning = [](std::string_view name, const chat::Conversation& conversation) {
    const auto rendering = Template::named(name).render(conversation, {"<s>", "</s>", true, "1 Jan 2030"});
    std::string text;
    for (std::size_t i = 0; i < rendering.beginning(); ++i) text += rendering.segments()[i].text;
    return text;
  };
  CHECK(beginning("llama2", kSystem) == "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\n");
  CHECK(beginning("llama2", kQuestion) == "<s>");
  CHECK(beginning("llama3", kSystem) ==
        "<s><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>");
  CHECK(beginning("chatml", kSystem) == "<|im_start|>system\nBe brief.<|im_end|>\n");
  CHECK(beginning("chatml", kQuestion).empty());
  CHECK(beginning("gemma", kTwoTurns) == "<s>");
  CHECK(beginning("mistral-v1", kSystem) == "<s> [INST] Be brief.\n\n");
  CHECK(beginning("mistral-v1", kTwoTurns) == "<s>");
  CHECK(beginning("mistral-v3", kSystem) == "<s>");
  CHECK(beginning("deepseek-llm", kSystem) == "<s>Be brief.\n\n");
}

TEST_CASE("white space is trimmed as the templates' language does") {
  const chat::Conversation spaced = {{Role::kUser, "\t\xC2\xA0\xE3\x80\x80 x y\x1F\xE2\x80\x89\n"}};
  CHECK(rendered("gemma", spaced, false) == "<s><start_of_turn>user\nx y<end_of_turn>\n");
  const chat::Conversation only_space = {{Role::kUser, "\xE2\x80\x89 \n"}};
  CHECK(rendered("gemma", only_space, false) == "<s><start_of_turn>user\n<end_of_turn>\n");
  const chat::Conversation not_utf8 = {{Role::kUser, " \x85 x \xA0 "}};  // bytes, not U+0085 and U+00A0
  CHECK(rendered("gemma", not_utf8, false) == "<s><start_of_turn>user\n\x85 x \xA0<end_of_turn>\n");
}

TEST_CASE("earlier reasoning is dropped where the template drops it") {
  const chat::Conversation thought = {
      {Role::kUser, "Hi"}, {Role::kAssistant, "<think>\nHm.\n</think>\n\nYes?"}, {Role::kUser, "Bye"}};
  CHECK(rendered("qwen3", thought) == rendered("qwen3", kTwoTurns));
  CHECK(rendered("qwen3", {thought[0], thought[1]}, false) ==
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\nHm.\n</think>\n\nYes?<|im_end|>\n");
  CHECK(rendered("qwen3", {kTwoTurns[0], kTwoTurns[1]}, false) ==
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\nYes?<|im_end|>\n");
  const chat::Conversation tool = {
      {Role::kUser, "Hi"}, thought[1], {Role::kUser, "<tool_response>\n1\n</tool_response>"}};
  CHECK(rendered("qwen3", tool, false) ==
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\nHm.\n</think>\n\nYes?<|im_end|>\n"
        "<|im_start|>user\n<tool_response>\n1\n</tool_response><|im_end|>\n");
  // The prompt of this family ends with <think>, so an answer begins behind it.
  CHECK(rendered("deepseek-r1", {{Role::kUser, "Hi"}, {Role::kAssistant, "Hm.\n</think>\n\nYes?"}}, false) ==
        "<s><｜User｜>Hi<｜Assistant｜>\n\nYes?<｜end▁of▁sentence｜>");
}

TEST_CASE("a conversation that a template refuses is refused in words") {
  const auto refusal = [](std::string_view name, const chat::Conversation& conversation) {
    return error_message([&] { rendered(name, conversation); });
  };
  for (const char* name : {"gemma", "mistral-v0.1", "mistral-v0.2"})
    CHECK(contains(refusal(name, kSystem), "system message"));
  const chat::Conversation twice = {{Role::kUser, "Hi"}, {Role::kUser, "Hi"}};
  for (const char* name :
       {"gemma", "mistral-v0.1", "mistral-v0.2", "mistral-v1", "mistral-v3", "mistral-nemo", "llama2"})
    CHECK(contains(refusal(name, twice), "alternate"));
  for (const std::string& name : Template::names()) CHECK(contains(refusal(name, {}), "empty"));
  CHECK(contains(refusal("no-such", kQuestion), "llama2, llama3, "));
}

TEST_CASE("the templates of Mistral's models differ in spaces and in the place of the system message") {
  const chat::Conversation turns = {
      {Role::kSystem, "Be brief."}, {Role::kUser, "Hi"}, {Role::kAssistant, " Yes? "}, {Role::kUser, "Bye"}};
  const chat::Conversation no_system(turns.begin() + 1, turns.end());
  CHECK(rendered("mistral-v0.1", no_system) == "<s>[INST] Hi [/INST] Yes? </s> [INST] Bye [/INST]");
  CHECK(rendered("mistral-v0.2", no_system) == "<s>[INST] Hi [/INST] Yes? </s>[INST] Bye [/INST]");
  CHECK(rendered("mistral-v1", turns) == "<s> [INST] Be brief.\n\nHi [/INST]  Yes? </s> [INST] Bye [/INST]");
  CHECK(rendered("mistral-v3", turns) == "<s>[INST] Hi[/INST] Yes?</s>[INST] Be brief.\n\nBye[/INST]");
  CHECK(rendered("mistral-nemo", turns) == "<s>[INST]Hi[/INST] Yes? </s>[INST]Be brief.\n\nBye[/INST]");
}

TEST_CASE("the templates of Mistral's models are told apart") {
  const auto loop = [](const std::string& user, const std::string& assistant, const std::string& other) {
    return "{% for message in messages %}{% if message.role == 'user' %}" + user +
           "{% elif message.role == 'assistant' %}" + assistant + "{% else %}" + other +
           "{% endif %}{% endfor %}";
  };
  const std::string alternate =
      "{{ bos_token }}{% if wrong %}{{ raise_exception('Conversation roles must alternate "
      "user/assistant/user/assistant/...') }}{% endif %}";
  const std::string question = "{{ '[INST] ' + message.content + ' [/INST]' }}";
  const std::string nobody = "{{ raise_exception('Only user and assistant roles are supported!') }}";
  CHECK(name_of(alternate + loop(question, "{{ message.content + eos_token + ' ' }}", nobody)) ==
        "mistral-v0.1");
  CHECK(name_of(alternate + loop(question, "{{ message.content + eos_token }}", nobody)) == "mistral-v0.2");
  const std::string system =
      "{% if messages[0].role == 'system' %}{% set system_message = messages[0]['content'] %}"
      "{% set loop_messages = messages[1:] %}{% else %}{% set loop_messages = messages %}{% endif %}"
      "{{ bos_token }}{% if wrong %}{{ raise_exception('After the optional system message, conversation "
      "roles "
      "must alternate user/assistant/user/assistant/...') }}{% endif %}";
  const std::string only_first =
      "{{ raise_exception('Only user and assistant roles are supported, with the exception of an initial "
      "optional system message!') }}";
  const auto with_system = [](const std::string& place, const std::string& begin, const std::string& end) {
    return "{% if " + place + " and system_message is defined %}{{ \"" + begin +
           "\" + system_message + '\\n\\n' + message.content + \"" + end + "\" }}{% else %}{{ \"" + begin +
           "\" + message.content + \"" + end + "\" }}{% endif %}";
  };
  const std::string v1 = system + loop(with_system("loop.first", " [INST] ", " [/INST]"),
                                       "{{ ' ' + message.content + eos_token }}", only_first);
  CHECK(name_of(v1) == "mistral-v1");
  CHECK(name_of("{{ 'more' }}" + v1) == "(not recognized)");
  CHECK(name_of(system + loop(with_system("loop.last", "[INST] ", "[/INST]"),
                              "{{ \" \" + message.content|trim + eos_token }}", only_first)) == "mistral-v3");
  CHECK(name_of(system + loop(with_system("loop.last", "[INST]", "[/INST]"),
                              "{{ message.content + eos_token }}", only_first)) == "mistral-nemo");
}

TEST_CASE("a template is recognized however it is laid out") {
  CHECK(name_of(kChatMl) == "chatml");
  CHECK(name_of(kChatMlOnLines) == "chatml");
  const auto tags = chat::canonical_tags(kChatMlOnLines);
  REQUIRE(tags);
  CHECK(*tags == *chat::canonical_tags(kChatMl));
}

TEST_CASE("a template that prints something else is not recognized") {
  const auto changed = [](std::string text, const std::string& part, const std::string& other) {
    text.replace(text.find(part), part.size(), other);
    return text;
  };
  CHECK(name_of(changed(kChatMl, "<|im_end|>", "<|im_stop|>")) == "(not recognized)");
  CHECK(name_of(changed(kChatMl, "assistant\n", "assistant\n<think>\n")) == "(not recognized)");
  CHECK(name_of(changed(kChatMl, "{% endfor %}", " {% endfor %}")) == "(not recognized)");
  CHECK(name_of("{{ bos_token }}" + kChatMl) == "(not recognized)");
  for (const char* text : {"", "{{", "{% 'abc %}", "{#", "hello", "{{ messages }}"})
    CHECK(name_of(text) == "(not recognized)");
}

TEST_CASE("a system message that the template brings is taken from it") {
  const std::string text =
      "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' "
      "%}{{ '<|im_start|>system\nBe kind.<|im_end|>\n' }}{% endif %}" +
      kChatMl.substr(kChatMl.find("{{"));
  const auto shape = Template::recognize(text);
  REQUIRE(shape);
  CHECK(shape->name() == "chatml");
  CHECK(rendered(*shape, kQuestion) ==
        "<|im_start|>system\nBe kind.<|im_end|>\n" + rendered("chatml", kQuestion));
  CHECK(rendered(*shape, kSystem) == rendered("chatml", kSystem));
}

TEST_CASE("an answer goes into the conversation as the template wants it") {
  CHECK(Template::named("deepseek-llm").answer(" Yes.") == "Yes.");
  CHECK(Template::named("mistral-v1").answer(" Yes.") == "Yes.");
  CHECK(Template::named("chatml").answer(" Yes.") == " Yes.");
}

TEST_CASE("templates of published models render as a template interpreter does") {
  const std::string reference = REFERENCE_DIR;
  if (reference.empty()) {
    WARN("skipped: the reference conversations are not on this machine");
    return;
  }
  std::ifstream file(reference + "/chat/chat_templates.json");
  const auto json = nlohmann::json::parse(file);
  std::size_t cases = 0;
  for (const auto& item : json.at("cases")) {
    const auto name = item.at("template").get<std::string>();
    const auto which = item.at("conversation").get<std::string>();
    const bool prompt = item.at("add_generation_prompt");
    INFO(name << ", " << which << ", generation prompt " << prompt);
    const auto& published = json.at("templates").at(name);
    const auto shape = Template::recognize(published.at("jinja").get<std::string>());
    REQUIRE(shape);
    chat::Conversation conversation;
    for (const auto& message : json.at("conversations").at(which)) {
      const auto role = message.at("role").get<std::string>();
      conversation.push_back({role == "system" ? Role::kSystem
                              : role == "user" ? Role::kUser
                                               : Role::kAssistant,
                              message.at("content").get<std::string>()});
    }
    const chat::RenderOptions options = {published.at("bos").get<std::string>(),
                                         published.at("eos").get<std::string>(), prompt, "26 Jul 2024"};
    if (item.at("expected").is_null()) {
      CHECK_THROWS_AS(shape->render(conversation, options), chat::Error);
    } else {
      CHECK(shape->render(conversation, options).text() == item.at("expected").get<std::string>());
    }
    ++cases;
  }
  CHECK(cases == 140);
}
