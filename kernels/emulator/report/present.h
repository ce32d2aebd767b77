/// @file
/// The front of this library: from the raw report of a run to what the user sees.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace emulator::report {

/// What the user asked for.
struct Options {
  bool check = false;          ///< explain mistakes
  bool profile = false;        ///< show what each line does to memory
  std::filesystem::path json;  ///< where to write all of it as JSON; empty for nowhere
  std::filesystem::path html;  ///< where to write the annotated source; empty for nowhere
  std::string card;            ///< whose roofline is predicted; empty for none

  /// Files that are shown under another name than their path, e.g. as the user typed it.
  std::map<std::filesystem::path, std::string> names;
};

/// Exit status of a run in which mistakes were found.
inline constexpr int kFoundMistakes = 3;

/// What is wrong with the options, in a sentence; empty if nothing is.
std::string usage_error(const Options& options);

/// Explains on stderr, and writes the files that were asked for.
/// @param raw      what the instrumented run has written
/// @param program  the executable that ran, with its debug information
/// @return 0, or kFoundMistakes if `options.check` is set and there are findings
/// @throws ReportError if the report cannot be read or a file cannot be written
int present(const std::filesystem::path& raw, const std::filesystem::path& program, const Options& options);

}  // namespace emulator::report
