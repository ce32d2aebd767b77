// Whose template is this? The families and the tags by which their templates are known.
#include <algorithm>

#include "chat/canonical.h"
#include "chat/families.h"

namespace chat {
namespace {

constexpr std::string_view kQwenSystem =
    "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.";

// Around the system message that a template brings for conversations without one.
constexpr std::string_view kDefaultSystemBegin = "{{'<|im_start|>system\n";
constexpr std::string_view kDefaultSystemEnd = "<|im_end|>\n'}}";
constexpr std::string_view kDefaultSystemCondition = "{%ifloop.firstandmessages[0].role!='system'%}";

constexpr std::string_view kAlternate =
    "{{raise_exception('Conversation roles must alternate user/assistant/user/assistant/...')}}";
constexpr std::string_view kAlternateAfterSystem =
    "{{raise_exception('After the optional system message, conversation roles must alternate "
    "user/assistant/user/assistant/...')}}";

const std::vector<Family> kFamilies = {
    {"llama2",
     render_llama2,
     {"{%setloop_messages=messages[1:]%}", "{%setsystem_message=messages[0].content%}",
      "{%setloop_messages=messages%}", "{%setsystem_message=false%}", kAlternate,
      "{%setcontent='<<SYS>>\n'+system_message+'\n<</SYS>>\n\n'+message.content%}",
      "{%setcontent=message.content%}", "{{bos_token+'[INST] '+content.strip()+' [/INST]'}}",
      "{{' '+content.strip()+' '+eos_token}}"}},
    {"llama3",
     render_llama3,
     {"{%setloop_messages=messages%}",
      "{%setcontent='<|start_header_id|>'+message.role+'<|end_header_id|>\n\n'"
      "+message.content|trim+'<|eot_id|>'%}",
      "{%setcontent=bos_token+content%}", "{{content}}",
      "{{'<|start_header_id|>assistant<|end_header_id|>\n\n'}}"}},
    {"llama3.1",
     render_llama3_1,
     {"{{bos_token}}", "{%setdate_string='26 Jul 2024'%}", "{%setsystem_message=messages[0].content|trim%}",
      "{%setsystem_message=''%}", "{{'<|start_header_id|>system<|end_header_id|>\n\n'}}",
      "{{'Cutting Knowledge Date: December 2023\n'}}", "{{'Today Date: '+date_string+'\n\n'}}",
      "{{system_message}}", "{{'<|eot_id|>'}}",
      "{{'<|start_header_id|>'+message.role+'<|end_header_id|>\n\n'+message.content|trim+'<|eot_id|>'}}",
      "{{'<|start_header_id|>assistant<|end_header_id|>\n\n'}}"},
     true},
    {"llama3.2",
     render_llama3_2,
     {"{{bos_token}}", "{%setdate_string='26 Jul 2024'%}", "{%setsystem_message=messages[0].content|trim%}",
      "{%setsystem_message=''%}", "{{'<|start_header_id|>system<|end_header_id|>\n\n'}}",
      "{{'Cutting Knowledge Date: December 2023\n'}}", "{{'Today Date: '+date_string+'\n\n'}}",
      "{{system_message}}", "{{'<|eot_id|>'}}",
      "{{'<|start_header_id|>'+message.role+'<|end_header_id|>\n\n'+message.content|trim+'<|eot_id|>'}}",
      "{{'<|start_header_id|>assistant<|end_header_id|>\n\n'}}",
      "{%setdate_string=strftime_now('%d %b %Y')%}"},
     true},
    {"mistral-v0.1",
     render_mistral_v0_1,
     {"{{bos_token}}", kAlternate, "{{'[INST] '+message.content+' [/INST]'}}",
      "{{message.content+eos_token+' '}}",
      "{{raise_exception('Only user and assistant roles are supported!')}}"}},
    {"mistral-v0.2",
     render_mistral_v0_2,
     {"{{bos_token}}", kAlternate, "{{'[INST] '+message.content+' [/INST]'}}",
      "{{message.content+eos_token}}",
      "{{raise_exception('Only user and assistant roles are supported!')}}"}},
    {"mistral-v1",
     render_mistral_v1,
     {"{{bos_token}}", "{%setsystem_message=messages[0].content%}", "{%setloop_messages=messages[1:]%}",
      "{%setloop_messages=messages%}", kAlternateAfterSystem, "{%ifloop.firstandsystem_messageisdefined%}",
      "{{' [INST] '+system_message+'\n\n'+message.content+' [/INST]'}}",
      "{{' [INST] '+message.content+' [/INST]'}}", "{{' '+message.content+eos_token}}",
      "{{raise_exception('Only user and assistant roles are supported, with the exception of an initial "
      "optional system message!')}}"}},
    {"mistral-v3",
     render_mistral_v3,
     {"{{bos_token}}", "{%setsystem_message=messages[0].content%}",
      "{%ifloop.lastandsystem_messageisdefined%}",
      "{{'[INST] '+system_message+'\n\n'+message.content+'[/INST]'}}",
      "{{'[INST] '+message.content+'[/INST]'}}", "{{' '+message.content|trim+eos_token}}"},
     true},
    {"mistral-nemo",
     render_mistral_nemo,
     {"{{bos_token}}", "{%setsystem_message=messages[0].content%}",
      "{%ifloop.lastandsystem_messageisdefined%}",
      "{{'[INST]'+system_message+'\n\n'+message.content+'[/INST]'}}",
      "{{'[INST]'+message.content+'[/INST]'}}", "{{message.content+eos_token}}"},
     true},
    {"chatml",
     render_chatml,
     {"{{'<|im_start|>'+message.role+'\n'+message.content+'<|im_end|>\n'}}",
      "{{'<|im_start|>assistant\n'}}"}},
    {"qwen2.5",
     render_chatml,
     {"{%iftools%}", "{{'<|im_start|>system\n'+messages[0].content+'<|im_end|>\n'}}",
      "{{'<|im_start|>'+message.role+'\n'+message.content+'<|im_end|>\n'}}",
      "{{'\n<tool_call>\n{\"name\": \"'}}", "{{'<|im_start|>assistant\n'}}"},
     true,
     kQwenSystem},
    {"qwen3",
     render_qwen3,
     {"{{'<|im_start|>system\n'+messages[0].content+'<|im_end|>\n'}}", "{%setns.last_query_index=index%}",
      "{%setcontent=message.content.split('</think>')[-1].lstrip('\n')%}",
      "{%setreasoning_content=message.content.split('</think>')[0].rstrip('\n').split('<think>')[-1]"
      ".lstrip('\n')%}",
      "{%ifloop.index0>ns.last_query_index%}", "{%ifloop.lastor(notloop.lastandreasoning_content)%}",
      "{{'<|im_start|>'+message.role+'\n<think>\n'+reasoning_content.strip('\n')+'\n</think>\n\n'"
      "+content.lstrip('\n')}}",
      "{{'<|im_start|>'+message.role+'\n'+content}}",
      "{{'<|im_start|>'+message.role+'\n'+message.content+'<|im_end|>\n'}}", "{{'<|im_start|>assistant\n'}}"},
     true},
    {"gemma",
     render_gemma,
     {"{{bos_token}}", "{{raise_exception('System role not supported')}}", kAlternate, "{%setrole='model'%}",
      "{%setrole=message.role%}", "{{'<start_of_turn>'+role+'\n'+message.content|trim+'<end_of_turn>\n'}}",
      "{{'<start_of_turn>model\n'}}"}},
    {"phi3",
     render_phi3,
     {"{{'<|system|>\n'+message.content+'<|end|>\n'}}", "{{'<|user|>\n'+message.content+'<|end|>\n'}}",
      "{{'<|assistant|>\n'+message.content+'<|end|>\n'}}", "{{'<|assistant|>\n'}}", "{{eos_token}}"}},
    {"zephyr",
     render_zephyr,
     {"{{'<|user|>\n'+message.content+eos_token}}", "{{'<|system|>\n'+message.content+eos_token}}",
      "{{'<|assistant|>\n'+message.content+eos_token}}", "{{'<|assistant|>'}}", "{{'\n'}}"}},
    {"deepseek-llm",
     render_deepseek_llm,
     {"{{bos_token}}", "{{'User: '+message.content+'\n\n'}}", "{{'Assistant: '+message.content+eos_token}}",
      "{{message.content+'\n\n'}}", "{{'Assistant:'}}"}},
    {"deepseek-r1",
     render_deepseek_r1,
     {"{{bos_token}}", "{{ns.system_prompt}}", "{%setns.system_prompt=message.content%}",
      "{{'<｜User｜>'+message.content}}", "{%setcontent=content.split('</think>')[-1]%}",
      "{{'<｜Assistant｜>'+content+'<｜end▁of▁sentence｜>'}}", "{{'<｜Assistant｜><think>\n'}}"},
     true},
};

using Tags = std::vector<std::string>;

template <typename Range>
bool holds(const Range& range, std::string_view tag) {
  return std::find(range.begin(), range.end(), tag) != range.end();
}

/// A tag that prints a system message of the template's own.
bool is_default_system(std::string_view tag) {
  return tag.starts_with(kDefaultSystemBegin) && tag.ends_with(kDefaultSystemEnd) &&
         tag.find('\'', kDefaultSystemBegin.size()) == tag.size() - 3;  // one text, nothing put in
}

bool prints_or_sets(std::string_view tag) { return tag.starts_with("{{") || tag.starts_with("{%set"); }

bool matches(const Family& family, const Tags& tags) {
  for (const std::string_view mark : family.marks)
    if (!holds(tags, mark)) return false;
  if (family.has_more) return true;
  const bool may_have_default = family.render == render_chatml && holds(tags, kDefaultSystemCondition);
  return std::all_of(tags.begin(), tags.end(), [&](const std::string& tag) {
    const bool harmless = !prints_or_sets(tag) || tag == "{%setadd_generation_prompt=false%}";
    return harmless || holds(family.marks, tag) || (may_have_default && is_default_system(tag));
  });
}

std::string own_system_message(const Family& family, const Tags& tags) {
  if (family.render != render_chatml) return {};
  for (const std::string_view tag : tags) {
    if (!is_default_system(tag)) continue;
    const std::size_t length = tag.size() - kDefaultSystemBegin.size() - kDefaultSystemEnd.size();
    return std::string(tag.substr(kDefaultSystemBegin.size(), length));
  }
  return {};
}

}  // namespace

std::span<const Family> families() { return kFamilies; }

std::optional<Template> Template::recognize(std::string_view text) {
  const auto tags = canonical_tags(text);
  if (!tags) return std::nullopt;
  const Family* best = nullptr;  // of a template and one that does the same and more, the latter
  for (const Family& family : kFamilies)
    if (matches(family, *tags) && (best == nullptr || family.marks.size() > best->marks.size()))
      best = &family;
  if (best == nullptr) return std::nullopt;
  return Template(*best, own_system_message(*best, *tags));
}

}  // namespace chat
