/// @file
/// How the translator says no.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "token.h"

namespace emulator::translator {

/// A source file that cannot be translated. what() reads `FILE:LINE:COLUMN: error: one sentence`.
class TranslationError : public std::runtime_error {
 public:
  TranslationError(const SourceFile& file, std::uint32_t line, std::uint32_t offset,
                   const std::string& sentence);
  TranslationError(const SourceFile& file, const Token& token, const std::string& sentence);
  /// For what concerns a whole file: `FILE: error: one sentence`.
  TranslationError(const std::string& path, const std::string& sentence);
};

}  // namespace emulator::translator
