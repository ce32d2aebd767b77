#pragma once

#include <set>
#include <string>

#include "gguf/writer.h"

/// A llama of 8 tokens, one layer and some 200 weights in under 3 KB: small enough to cut at every byte, to
/// change at every byte, and to start a fuzzer from. Both run.
///
/// @param without  metadata keys and tensors to leave out, so that others can be put in their place
gguf::Writer smallest_model(const std::set<std::string>& without = {});

/// The same weights with a byte-level BPE vocabulary.
gguf::Writer smallest_bpe_model(const std::set<std::string>& without = {});
