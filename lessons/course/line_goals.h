/// @file
/// What a lesson asks of the single lines of a solution: goals about the counters of a profile.
#pragma once

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "report/profile.h"
#include "report/source_text.h"
#include "report/wording.h"

namespace course {

/// A bound for one counter, on every line that it concerns.
struct LineGoal {
  /// "sectors_over_ideal", "bank_conflict_ways", "active_lanes" or "lanes_on_one_address".
  std::string counter;
  std::string space;  ///< "global", "shared" or "local"; empty for all
  std::string op;     ///< "load", "store" or "atomic"; empty for all
  double at_least = -std::numeric_limits<double>::infinity();
  double at_most = std::numeric_limits<double>::infinity();
};

/// Reads a lesson's goals.json, an array of objects with the members of LineGoal:
///
///     [{"counter": "sectors_over_ideal", "space": "global", "at_most": 1.25}]
///
/// @return nothing when there is no such file
/// @throws UserError when it holds something else; names the goal
std::vector<LineGoal> read_line_goals(const std::filesystem::path& file);

/// The lines that a goal concerns.
std::vector<const emulator::report::LineProfile*> lines_under(const LineGoal& goal,
                                                              const emulator::report::Profile& profile);

/// A line that does not reach a goal.
struct MissedGoal {
  std::string counter;
  const emulator::report::LineProfile* line = nullptr;
};

/// By goal, then by line; each line once, however many launches executed it.
std::vector<MissedGoal> missed_goals(const std::vector<LineGoal>& goals,
                                     const emulator::report::Profile& profile);

/// The line, what was counted there, why that is slow and what usually mends it.
std::string explain_missed_goal(const MissedGoal& missed, const emulator::report::SourceText& source,
                                const emulator::report::Paint& paint);

}  // namespace course
