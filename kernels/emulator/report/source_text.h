/// @file
/// The text of source lines, and the names under which files are shown.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "source_lines.h"

namespace emulator::report {

/// Source files as the report shows them. Files are read when they are first needed.
class SourceText {
 public:
  SourceText() = default;
  /// @param names  files that are shown under another name than their path, e.g. as the user typed it
  explicit SourceText(const std::map<std::filesystem::path, std::string>& names);

  /// A file's text when it was compiled, which is shown even if the file has changed since.
  void remember(const std::filesystem::path& file, const std::string& text);

  /// "a.cu": what the user called the file, else its path as one would type it from the current folder.
  std::string name(const std::string& file) const;

  /// "a.cu:12", or "an unknown line".
  std::string name(const CodeLine& line) const;

  /// The line's text without its line break; empty if there is none.
  std::string text(const CodeLine& line) const;

  /// All lines of a file; empty if it cannot be read.
  const std::vector<std::string>& lines(const std::string& file) const;

 private:
  std::map<std::string, std::string> names_;
  mutable std::map<std::string, std::vector<std::string>> files_;
};

}  // namespace emulator::report
