/// @file
/// CUDA C++ in, C++ for the emulated GPU out.
#pragma once

#include <filesystem>
#include <vector>

#include "translation_error.h"

namespace emulator::translator {

struct TranslationRequest {
  std::filesystem::path source;                        ///< the .cu file
  std::filesystem::path output;                        ///< the C++ file to write
  std::vector<std::filesystem::path> include_folders;  ///< where the program's own headers are, as with -I
  bool instrumented = false;  ///< for checks and profiles: loops of device code tell where they are
};

struct Translation {
  std::vector<std::filesystem::path> sources;  ///< all files read: the source and its own headers
  std::vector<std::filesystem::path> written;  ///< all files written: the output first
};

/// Translates a file and those of its own headers that hold CUDA code, which go into a folder
/// `OUTPUT.headers`. Lines of the output count as lines of the source, for compilers, debuggers and __LINE__.
/// @throws TranslationError if a file cannot be read, written or understood
Translation translate(const TranslationRequest& request);

}  // namespace emulator::translator
