#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tokenizer {

/// How a byte-level BPE tokenizer cuts text into words before it merges bytes: what `tokenizer.ggml.pre`
/// names.
struct SplitPattern {
  /// Regular expressions, applied in turn: each splits the pieces that the one before left.
  std::vector<std::string> expressions;
  /// A word that is a token as a whole is taken as that token, whatever the merges would make of it.
  bool ignores_merges = false;
  /// Texts begin with BOS where the file does not say.
  bool adds_bos = false;
};

/// @param name  such as "llama-bpe"; "" means "default"
/// @throws Error that names the unknown pattern and lists the known ones
SplitPattern find_split_pattern(std::string_view name);

}  // namespace tokenizer
