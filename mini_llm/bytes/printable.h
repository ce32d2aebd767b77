#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bytes {

/// `text` made safe to show on a terminal: control characters, text-direction overrides and bytes that are
/// not UTF-8 become `\n`, `\t`, `\xNN` or `\u{NNNN}`; everything else stays as it is.
///
/// Names and strings from a model file are untrusted: printed raw they could move the cursor, change the
/// window title or hide what stands before them.
///
/// @param max_bytes  longer text is cut after about this many bytes of result, and ends in "..."
std::string printable(std::string_view text, std::size_t max_bytes = 200);

}  // namespace bytes
