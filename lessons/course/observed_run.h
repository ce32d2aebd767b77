/// @file
/// Runs a lesson's check in the program in which the emulated GPU observes every access of the learner's
/// code, and says what was found.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler_output.h"
#include "process.h"

namespace course {

/// One thing that the emulated GPU found.
struct Mistake {
  std::string kind;  ///< its name in reports, e.g. "out_of_bounds"; for a missed goal that of the counter
  int line = 0;      ///< where, 0 if not known
};

struct ObservedRun {
  ProcessResult result;
  std::string output;             ///< what the check printed
  bool reported = false;          ///< the program lived long enough to say what was found
  std::vector<Mistake> mistakes;  ///< none when nothing was found
  int idle_goals = 0;             ///< goals that concern no line of this program
  std::string explanation;        ///< all of them in words, with the lines of the source
};

/// Whether this build has such programs: they need the emulated GPU, and a build without other sanitizers.
bool can_observe();

/// Looks for races, accesses out of bounds and the like.
/// @param executable  a target named ..._observed
/// @param scratch     a file name that nobody else uses, for the report; removed again
/// @throws std::exception when there is a report that cannot be read
ObservedRun run_observed(const std::filesystem::path& executable, const std::filesystem::path& scratch,
                         const FileNames& names, int timeout_s);

/// Counts what each line does, in the test cases with the tag [profiled], and compares it with the lesson's
/// goals.
/// @param goals  a file for read_line_goals
ObservedRun run_profiled(const std::filesystem::path& executable, const std::filesystem::path& scratch,
                         const FileNames& names, const std::filesystem::path& goals, int timeout_s);

}  // namespace course
