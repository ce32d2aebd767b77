/// @file
/// Translates text for tests, by way of a file in a folder that goes away.
#pragma once

#include <filesystem>
#include <string>

#include "translator/translate.h"

namespace emulator_tests {

class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  /// Writes a file of the folder, making folders in between, and returns its path.
  std::filesystem::path write(const std::string& name, const std::string& text) const;
  /// The text of a file.
  static std::string read(const std::filesystem::path& path);

 private:
  std::filesystem::path folder_;
};

/// The translation of `source`, without the lines that the translator puts before it.
std::string translated(const std::string& source, bool instrumented = false);

/// What the translator says against `source`, without the name of the file: "3:7: error: ...". Empty if
/// nothing.
std::string refusal_of(const std::string& source);

/// The whole message of a translation that fails; empty if it does not.
std::string message_of(const emulator::translator::TranslationRequest& request);

}  // namespace emulator_tests
