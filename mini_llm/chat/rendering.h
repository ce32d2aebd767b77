#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// A piece of a rendered conversation. What a person or the model wrote is content: text that spells
/// "<|im_end|>" there is ten characters and must not end the turn. Only in markup is it the token.
struct Segment {
  bool is_markup;
  std::string text;
};

/// A conversation as the model reads it, in the making and when it is done.
class Rendering {
 public:
  /// Both append to the text; they return *this, so that a line of a template is a line of code.
  Rendering& markup(std::string_view text) { return append(true, text); }
  Rendering& content(std::string_view text) { return append(false, text); }

  /// Everything so far is the beginning: the begin-of-text token and the system message, which stay when the
  /// context is full and older parts of the conversation make room.
  void end_beginning() { beginning_ = segments_.size(); }

  const std::vector<Segment>& segments() const { return segments_; }
  /// How many of the segments are the beginning.
  std::size_t beginning() const { return beginning_; }
  std::string text() const;

 private:
  Rendering& append(bool is_markup, std::string_view text);

  std::vector<Segment> segments_;  // none is empty
  std::size_t beginning_ = 0;
};

/// `text` without white space at its ends: what the templates' `trim` and `strip()` remove, all that Unicode
/// calls white space and the four separators U+001C to U+001F.
std::string_view trimmed(std::string_view text);
/// The same at the end only.
std::string_view trimmed_right(std::string_view text);

}  // namespace chat
