#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// A template without what does not matter: spaces between words, the kind of quotes, comments. In this
/// notation texts are compared to find out whose template it is.
///
/// Each tag is one string, from its brackets on:
///     {{'<|user|>\n'+message.content+eos_token}}
/// where all space outside of the quotes is gone, quotes are single, escapes such as \n are the characters
/// they stand for, message['content'] is message.content, and 'a'+'b' is 'ab'. Text between tags that would
/// be printed, by the rules of the template language with the settings that model hubs use (a line break
/// after a block goes, and so do spaces before a block that begins a line), is a tag that prints it:
/// {{'text'}}.
///
/// @return nullopt for a text that is no template: a tag or a quote does not end
std::optional<std::vector<std::string>> canonical_tags(std::string_view text);

}  // namespace chat
