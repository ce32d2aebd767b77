#include "chat/canonical.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace chat {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_identifier(std::string_view text) {
  for (const char c : text)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_') return false;
  return !text.empty();
}

/// Reads a template from its beginning to its end.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    if (text_.ends_with('\n')) text_.remove_suffix(1);  // as the template language does
  }

  std::optional<std::vector<std::string>> read() {
    while (at_ < text_.size()) {
      const std::size_t open = find_tag();
      std::string_view plain = text_.substr(at_, open - at_);
      const bool strips = open + 2 < text_.size() && text_[open + 2] == '-';
      const bool is_block = open < text_.size() && text_[open + 1] != '{';
      if (strips_after_) plain.remove_prefix(std::min(first_not_space(plain), plain.size()));
      if (strips) {
        while (!plain.empty() && is_space(plain.back())) plain.remove_suffix(1);
      } else if (is_block) {
        plain = without_indentation(plain);
      }
      if (!plain.empty()) tags_.push_back("{{'" + std::string(plain) + "'}}");
      at_ = open;
      if (at_ < text_.size() && !read_tag()) return std::nullopt;
    }
    return std::move(tags_);
  }

 private:
  std::size_t find_tag() const {
    for (std::size_t i = at_; i + 1 < text_.size(); ++i)
      if (text_[i] == '{' && (text_[i + 1] == '{' || text_[i + 1] == '%' || text_[i + 1] == '#')) return i;
    return text_.size();
  }

  static std::size_t first_not_space(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size() && is_space(text[i])) ++i;
    return i;
  }

  /// Without the spaces that indent the block behind it, where that begins a line.
  std::string_view without_indentation(std::string_view plain) const {
    const std::size_t end = plain.find_last_not_of(" \t");
    const bool begins_line = end == plain.npos ? at_line_begin_ : plain[end] == '\n';
    return begins_line ? plain.substr(0, end + 1) : plain;
  }

  /// From the opening bracket on; the text goes on behind the closing one.
  bool read_tag() {
    const char kind = text_[at_ + 1];
    const std::string close = std::string(1, kind == '{' ? '}' : kind) + '}';
    at_ += 2;
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    std::string code;
    if (kind == '#') {
      const std::size_t end = text_.find(close, at_);
      if (end == text_.npos) return false;
      at_ = end;
    } else {
      while (text_.substr(at_, 2) != close) {
        if (at_ >= text_.size()) return false;
        if (text_[at_] == '\'' || text_[at_] == '"') {
          if (!read_quoted(code)) return false;
        } else {
          if (!is_space(text_[at_])) code += text_[at_];
          ++at_;
        }
      }
    }
    strips_after_ = text_[at_ - 1] == '-';
    at_ += 2;
    if (kind != '#') {
      if (code.ends_with('-')) code.pop_back();
      tags_.push_back(std::string("{") + kind + code + close);
    }
    at_line_begin_ = kind != '{' && !strips_after_ && at_ < text_.size() && text_[at_] == '\n';
    if (at_line_begin_) ++at_;
    return true;
  }

  /// Appends a quoted text to `code`.
  bool read_quoted(std::string& code) {
    const char quote = text_[at_++];
    std::string value;
    while (at_ < text_.size() && text_[at_] != quote) {
      char c = text_[at_++];
      if (c == '\\' && at_ < text_.size()) {
        c = text_[at_++];
        if (c == 'n') c = '\n';
        if (c == 't') c = '\t';
      }
      value += c;
    }
    if (at_ >= text_.size()) return false;
    ++at_;
    const bool is_index = code.ends_with('[') && is_identifier(value) && text_.substr(at_, 1) == "]";
    if (is_index) {
      ++at_;
      code.back() = '.';
      code += value;
    } else if (code.ends_with("'+")) {
      code.resize(code.size() - 2);
      code += value + '\'';
    } else {
      code += '\'' + value + '\'';
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool strips_after_ = false;  // the last tag takes the space behind it away
  bool at_line_begin_ = true;  // nothing but line breaks taken away stands before at_ in its line
  std::vector<std::string> tags_;
};

}  // namespace

std::optional<std::vector<std::string>> canonical_tags(std::string_view text) { return Reader(text).read(); }

}  // namespace chat
