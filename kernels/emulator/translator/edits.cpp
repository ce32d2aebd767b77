#include "edits.h"

#include <algorithm>

namespace emulator::translator {

std::string Edits::apply(std::string_view text) {
  // An insertion goes before a replacement at the same place.
  std::stable_sort(edits_.begin(), edits_.end(), [](const Edit& a, const Edit& b) {
    return a.offset != b.offset ? a.offset < b.offset : a.length == 0 && b.length != 0;
  });
  std::string result;
  std::size_t copied = 0;
  for (const Edit& edit : edits_) {
    if (edit.offset < copied) continue;  // inside something that was replaced as a whole
    result.append(text.substr(copied, edit.offset - copied));
    result += edit.text;
    copied = edit.offset + edit.length;
  }
  result.append(text.substr(copied));
  return result;
}

}  // namespace emulator::translator
