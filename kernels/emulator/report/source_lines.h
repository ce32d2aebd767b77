/// @file
/// From program counters to lines of the user's source, with addr2line (binutils).
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "raw_report.h"

namespace emulator::report {

/// A line of a source file.
struct CodeLine {
  std::string file;  ///< real_path(); empty if not known
  int line = 0;      ///< 1 for the first; 0 if not known

  bool known() const { return line > 0; }
  auto operator<=>(const CodeLine&) const = default;
};

/// The lines of every place in a report, looked up in one go.
class SourceLines {
 public:
  /// @param scratch  a file that may be written and is removed again
  /// @param tool     addr2line, or a program with its options and output
  explicit SourceLines(const RawReport& report, const std::filesystem::path& scratch,
                       const std::string& tool = "addr2line");

  /// Lines without program counters, for places that name file and line themselves.
  SourceLines() = default;

  CodeLine at(const RawPlace& place) const;
  CodeLine at(std::uint64_t pc) const;
  /// Whether the instruction itself stands in library code, whoever has called it.
  bool is_in_library(std::uint64_t pc) const { return in_library_.count(pc) != 0; }

  /// One sentence for the user if lines could not be looked up; else empty.
  const std::string& problem() const { return problem_; }

 private:
  std::map<std::uint64_t, CodeLine> lines_;
  std::set<std::uint64_t> in_library_;
  std::string problem_;
};

/// What `addr2line -a -i -f -C` has printed: for each address the innermost frame that is the user's code, or
/// the outermost known one where none is.
/// @param in_library  gets the addresses whose innermost known frame is not
std::map<std::uint64_t, CodeLine> read_addr2line_output(std::string_view output,
                                                        std::set<std::uint64_t>* in_library = nullptr);

/// The absolute path without symbolic links, so that a file has one name only; the file need not exist.
std::string real_path(const std::filesystem::path& file);

/// Whether a file belongs to the system or to the emulator's CUDA headers.
/// @param file  real_path()
bool is_library_code(const std::string& file);

}  // namespace emulator::report
