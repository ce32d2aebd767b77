/// @file
/// What a file includes: files of the program, which may hold CUDA too, and libraries the emulator cannot
/// offer.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "token.h"

namespace emulator::translator {

/// The name in `#include "name"` or `#include <name>`; nothing for other lines and for names made by macros.
struct IncludedName {
  std::string name;
  bool quoted;
};
std::optional<IncludedName> included_name(const SourceFile& file, const Directive& directive);

/// The file of the program that an include names: beside the including file, or in one of `folders`.
/// `#include <name>` finds a file beside only where it is the header of a library that is not emulated.
std::optional<std::filesystem::path> find_included(const IncludedName& included,
                                                   const std::filesystem::path& including_file,
                                                   const std::vector<std::filesystem::path>& folders);

/// For headers of libraries that do not exist here: what stops the compiler, and what to use instead.
struct MissingLibrary {
  std::string sentence;
  bool may_exist;  ///< refuse only if the compiler does not find the header
};
std::optional<MissingLibrary> missing_library(const std::string& header);

}  // namespace emulator::translator
