#pragma once

#include <string>

#include "tokenizer/token.h"

namespace tokenizer {

/// An Error about a vocabulary that contradicts itself, with what to do about it.
inline Error damaged(const std::string& what) {
  return Error("tokenizer: " + what +
               ". The file is damaged or was converted wrongly; download it again or reconvert it.");
}

}  // namespace tokenizer
