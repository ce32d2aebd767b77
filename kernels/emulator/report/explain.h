/// @file
/// A finding in words for somebody who learns: what happened, why it is wrong, what usually mends it.
#pragma once

#include <string>

#include "findings.h"
#include "source_text.h"

namespace emulator::report {

struct Explanation {
  std::string headline;  ///< a few words
  std::string happened;  ///< with threads, lines and elements
  std::string why;       ///< why it is wrong on a real card, though it may seem to work
  std::string mend;      ///< what usually mends it
  bool is_note = false;  ///< milder: the result may well be right
};

Explanation explain(const Finding& finding, const SourceText& source);

// The kinds, by what they are about.
Explanation explain_race(const Finding& finding, const SourceText& source);
Explanation explain_out_of_bounds(const Finding& finding, const SourceText& source);
Explanation explain_use_after_free(const Finding& finding, const SourceText& source);
Explanation explain_misaligned(const Finding& finding, const SourceText& source);
Explanation explain_host_pointer(const Finding& finding, const SourceText& source);
Explanation explain_invalid_address(const Finding& finding, const SourceText& source);
Explanation explain_uninitialized(const Finding& finding, const SourceText& source);
Explanation explain_leak(const Finding& finding, const SourceText& source);
/// Barriers, warp functions, deadlocks, hangs, asserts, launches: the runtime has found them and says what
/// happened.
Explanation explain_threads(const Finding& finding, const SourceText& source);

}  // namespace emulator::report
