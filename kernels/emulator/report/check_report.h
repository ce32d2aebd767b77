/// @file
/// The findings as text for a terminal.
#pragma once

#include <string>
#include <vector>

#include "findings.h"
#include "source_text.h"
#include "wording.h"

namespace emulator::report {

/// Every finding with its source lines and explanation, and a closing line that says how many there are or
/// what was checked.
std::string check_report(const std::vector<Finding>& findings, const SourceText& source, const Paint& paint);

/// The threads and elements of one place: "thread (1,0,0) of block (0,0,0) writes 4 bytes".
std::string place_note(const Place& place);

/// "2 findings (1 race, 1 leak)."
std::string closing_line(const std::vector<Finding>& findings);

}  // namespace emulator::report
