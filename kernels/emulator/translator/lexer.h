/// @file
/// Cuts a CUDA source file into tokens and preprocessor lines. Comments and white space are left out.
#pragma once

#include <vector>

#include "token.h"

namespace emulator::translator {

struct LexedFile {
  std::vector<Token> code;            ///< everything outside preprocessor lines
  std::vector<Directive> directives;  ///< in the order of the file
};

/// Groups that the preprocessor certainly removes (`#if 0`, the `#else` of `#if 1`) yield no tokens.
/// Linear in the size of the file, which holds no zero bytes.
/// @throws TranslationError for a string, character or comment that is never closed
LexedFile lex(const SourceFile& file);

}  // namespace emulator::translator
