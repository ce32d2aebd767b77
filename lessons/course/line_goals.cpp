#include "line_goals.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "errors.h"
#include "paths.h"

namespace fs = std::filesystem;

namespace course {
namespace {

using emulator::report::LineProfile;
using nlohmann::json;

constexpr std::size_t kWidth = 100;

/// What a goal may be about.
struct Counter {
  const char* name;
  double (*value)(const LineProfile&);
  std::string (*note)(const LineProfile&);  ///< what was counted
  const char* why;
  const char* mend;
};

double sectors_over_ideal(const LineProfile& line) {
  if (line.counts.ideal_sectors == 0) return 1;  // another memory, which has no sectors
  return line.sectors_per_request() / line.ideal_sectors_per_request();
}

const Counter kCounters[] = {
    {"sectors_over_ideal", sectors_over_ideal,
     [](const LineProfile& line) {
       return fmt::format("a warp's 32 threads touch {:.1f} sectors; their bytes would fit into {:.1f}",
                          line.sectors_per_request(), line.ideal_sectors_per_request());
     },
     "Memory moves in sectors of 32 bytes, and a warp asks for all that its 32 threads need at once. Threads "
     "whose elements lie side by side share sectors. Here they are apart, so most of every sector is moved "
     "for nothing, and a kernel that waits for memory takes that many times longer.",
     "Let thread t + 1 use the element beside that of thread t: threadIdx.x is the part of the index that "
     "counts single elements, and whatever is multiplied should be the same for a whole warp."},
    {"bank_conflict_ways", [](const LineProfile& line) { return line.bank_conflict_ways(); },
     [](const LineProfile& line) {
       return fmt::format("shared memory is asked {:.1f} times where once would do",
                          line.bank_conflict_ways());
     },
     "Shared memory has 32 banks that take turns every 4 bytes, and each gives one word at a time. Threads "
     "of "
     "a warp that want different words of the same bank wait for each other.",
     "Let neighbouring threads use neighbouring words. For columns of a square tile, make its rows one "
     "element longer than they need to be."},
    {"active_lanes", [](const LineProfile& line) { return line.active_lanes(); },
     [](const LineProfile& line) {
       return fmt::format("{:.1f} of a warp's 32 threads take part", line.active_lanes());
     },
     "The 32 threads of a warp execute a line together. It takes as long when only some of them have "
     "something to do there: the places of the others stay empty.",
     "Launch blocks of a multiple of 32 threads, and write conditions so that whole warps agree on them."},
    {"lanes_on_one_address", [](const LineProfile& line) { return line.lanes_on_one_address(); },
     [](const LineProfile& line) {
       return fmt::format("{:.1f} of a warp's threads update the same address", line.lanes_on_one_address());
     },
     "Atomic updates of one address are made one after the other, so the threads of a warp wait in a queue.",
     "Add up inside the warp or the block first, and make one update with the sum."},
};

const Counter* find_counter(const std::string& name) {
  const auto* found = std::find_if(std::begin(kCounters), std::end(kCounters),
                                   [&](const Counter& c) { return c.name == name; });
  return found == std::end(kCounters) ? nullptr : found;
}

LineGoal read_goal(const json& object) {
  LineGoal goal;
  for (const auto& [key, value] : object.items()) {
    if (key == "counter") {
      goal.counter = value.get<std::string>();
    } else if (key == "space") {
      goal.space = value.get<std::string>();
    } else if (key == "op") {
      goal.op = value.get<std::string>();
    } else if (key == "at_least") {
      goal.at_least = value.get<double>();
    } else if (key == "at_most") {
      goal.at_most = value.get<double>();
    } else {
      throw std::runtime_error(fmt::format("'{}' is not a part of a goal", key));
    }
  }
  if (find_counter(goal.counter) == nullptr)
    throw std::runtime_error(fmt::format("'{}' is not a counter", goal.counter));
  if (!object.contains("at_least") && !object.contains("at_most"))
    throw std::runtime_error("it needs at_least or at_most");
  return goal;
}

bool reaches(const LineGoal& goal, const LineProfile& line) {
  const double value = find_counter(goal.counter)->value(line);
  return value >= goal.at_least && value <= goal.at_most;
}

}  // namespace

std::vector<LineGoal> read_line_goals(const fs::path& file) {
  std::vector<LineGoal> goals;
  if (std::error_code error; !fs::exists(file, error)) return goals;
  try {
    const json list = json::parse(read_file(file));
    if (!list.is_array()) throw std::runtime_error("it is not an array");
    for (const json& object : list) goals.push_back(read_goal(object));
  } catch (const std::exception& error) {
    throw UserError(fmt::format("{}, goal {}: {}", display_path(file), goals.size() + 1, error.what()));
  }
  return goals;
}

std::vector<const LineProfile*> lines_under(const LineGoal& goal, const emulator::report::Profile& profile) {
  std::vector<const LineProfile*> result;
  for (const LineProfile& line : profile.lines) {
    if (!goal.space.empty() && line.counts.space != goal.space) continue;
    if (!goal.op.empty() && line.counts.op != goal.op) continue;
    if (line.counts.requests > 0) result.push_back(&line);
  }
  return result;
}

std::vector<MissedGoal> missed_goals(const std::vector<LineGoal>& goals,
                                     const emulator::report::Profile& profile) {
  std::vector<MissedGoal> missed;
  for (const LineGoal& goal : goals) {
    for (const LineProfile* line : lines_under(goal, profile)) {
      const bool is_known = std::any_of(missed.begin(), missed.end(), [&](const MissedGoal& other) {
        return other.counter == goal.counter && other.line->line == line->line;
      });
      if (!is_known && !reaches(goal, *line)) missed.push_back({goal.counter, line});
    }
  }
  return missed;
}

std::string explain_missed_goal(const MissedGoal& missed, const emulator::report::SourceText& source,
                                const emulator::report::Paint& paint) {
  const Counter& counter = *find_counter(missed.counter);
  const LineProfile& line = *missed.line;
  const std::string name = source.name(line.line);
  const std::string text = source.text(line.line);
  const std::size_t indent = std::min(text.find_first_not_of(" \t"), text.size());
  const std::string what =
      fmt::format("{} ({} of {} memory)", counter.note(line), line.counts.op, line.counts.space);
  std::string result = fmt::format("   {}  {} {}\n", paint.strong(name), paint.faint("|"), text);
  result += fmt::format("   {:{}}  {} {}{}\n\n", "", name.size(), paint.faint("|"), text.substr(0, indent),
                        paint.faint("^ " + what));
  for (const auto& [label, words] :
       {std::pair("Why it is slow", counter.why), {"What usually mends it", counter.mend}}) {
    result += "   " + paint.strong(label) + "\n" + emulator::report::wrapped(words, kWidth, "     ");
  }
  return result + "\n";
}

}  // namespace course
