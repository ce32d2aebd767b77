/// @file
/// Reading a source file as text.
#pragma once

#include <filesystem>

#include "token.h"

namespace emulator::translator {

/// @param shown  the path as messages shall give it
/// @throws TranslationError if the file cannot be read, is not UTF-8 or ASCII text, or is too large
SourceFile read_source(const std::filesystem::path& path, const std::string& shown);

}  // namespace emulator::translator
