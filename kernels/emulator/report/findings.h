/// @file
/// Findings with source lines, one for each mistake: what happens a thousand times on one line is one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "raw_report.h"
#include "source_lines.h"

namespace emulator::report {

/// A line of the program, and who did what there.
struct Place {
  CodeLine line;
  std::string op;  ///< "read", "write", "atomic", or empty
  std::int64_t bytes = 0;
  std::optional<Index3> block;
  std::optional<Index3> thread;
};

struct Array {
  std::string name;
  std::string space;
  std::int64_t bytes = 0;
  std::int64_t offset = 0;
  std::int64_t element_bytes = 1;
  CodeLine declared;
  CodeLine freed;
};

struct Finding {
  Kind kind = Kind::kRace;
  Scope scope = Scope::kNone;
  std::string kernel;
  CodeLine launch;
  std::optional<Place> first;
  std::optional<Place> second;
  std::optional<Array> array;
  std::string message;
  std::uint64_t count = 1;
};

/// One finding per kind, kernel, pair of lines and array, with the counts added. The order, and which
/// accesses stand for the rest, do not depend on the order in the report: kernels by the line of their
/// launch, then by line, then by kind; leaks last.
std::vector<Finding> merge_findings(const RawReport& report, const SourceLines& lines);

}  // namespace emulator::report
