/// @file
/// Changes to a text, collected in any order and made in one pass. No change adds or removes a newline, so
/// every line of the result is the line of the same number of the source.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "token.h"

namespace emulator::translator {

class Edits {
 public:
  /// Puts `text` before the character at `offset`. Several insertions at one place stay in the order they
  /// were made.
  void insert(std::size_t offset, std::string text) { edits_.push_back({offset, 0, std::move(text)}); }
  /// Replaces `length` characters, which hold no newline or only ones that `text` has too.
  void replace(std::size_t offset, std::size_t length, std::string text) {
    edits_.push_back({offset, length, std::move(text)});
  }
  void replace(const Token& token, std::string text) {
    replace(token.offset, token.text.size(), std::move(text));
  }
  void remove(const Token& token) { replace(token, ""); }

  bool empty() const { return edits_.empty(); }
  std::string apply(std::string_view text);

 private:
  struct Edit {
    std::size_t offset;
    std::size_t length;
    std::string text;
  };
  std::vector<Edit> edits_;
};

}  // namespace emulator::translator
