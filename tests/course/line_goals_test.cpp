// Goals of single lines: read from a file, and compared with a profile made by hand.
#include "line_goals.h"

#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "errors.h"
#include "paths.h"
#include "support/catch.h"

namespace fs = std::filesystem;
using namespace course;
using emulator::report::LineProfile;
using emulator::report::Paint;
using emulator::report::Profile;
using emulator::report::SourceText;

namespace {

/// A goals.json that is removed again.
struct GoalsFile : TemporaryFile {
  explicit GoalsFile(const std::string& text)
      : TemporaryFile{fs::temp_directory_path() / ("goals " + std::to_string(::getpid()) + ".json")} {
    write_file(path, text);
  }
};

std::string problem_of(const std::string& text) {
  const GoalsFile file(text);
  try {
    read_line_goals(file.path);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

/// 10 requests of 20 lanes, 80 sectors instead of 25, 30 wavefronts instead of 12, 50 lanes on one address.
LineProfile counted(int line, const std::string& space, const std::string& op) {
  LineProfile result;
  result.line = {"/nowhere/a.cu", line};
  result.counts.space = space;
  result.counts.op = op;
  result.counts.requests = 10;
  result.counts.lanes = 200;
  result.counts.sectors = 80;
  result.counts.ideal_sectors = 25;
  result.counts.wavefronts = 30;
  result.counts.ideal_wavefronts = 12;
  result.counts.same_address = 50;
  return result;
}

LineGoal at_most(const std::string& counter, double most, const std::string& space = "",
                 const std::string& op = "") {
  LineGoal goal;
  goal.counter = counter;
  goal.space = space;
  goal.op = op;
  goal.at_most = most;
  return goal;
}

LineGoal at_least(const std::string& counter, double least) {
  LineGoal goal;
  goal.counter = counter;
  goal.at_least = least;
  return goal;
}

}  // namespace

TEST_CASE("a lesson without goals.json has no goals for lines") {
  CHECK(read_line_goals("/nowhere/goals.json").empty());
}

TEST_CASE("goals are read with their bounds, and only theirs") {
  const GoalsFile file(R"([{"counter": "active_lanes", "at_least": 24},
    {"counter": "sectors_over_ideal", "space": "global", "op": "load", "at_most": 1.25}])");
  const std::vector<LineGoal> goals = read_line_goals(file.path);
  REQUIRE(goals.size() == 2);
  CHECK(goals[0].counter == "active_lanes");
  CHECK(goals[0].space.empty());
  CHECK(goals[0].at_least == 24);
  CHECK(std::isinf(goals[0].at_most));
  CHECK(goals[1].counter == "sectors_over_ideal");
  CHECK(goals[1].space == "global");
  CHECK(goals[1].op == "load");
  CHECK(goals[1].at_most == 1.25);
}

TEST_CASE("a goals.json that holds something else is refused with the goal's number") {
  CHECK(problem_of("[").find("goal 1: ") != std::string::npos);
  CHECK(problem_of("{}").find("it is not an array") != std::string::npos);
  CHECK(problem_of(R"([{"counter": "active_lanes", "at_least": 1}, {"counter": "speed", "at_least": 1}])")
            .find("goal 2: 'speed' is not a counter") != std::string::npos);
  CHECK(problem_of(R"([{"counter": "active_lanes", "at_last": 1}])").find("'at_last'") != std::string::npos);
  CHECK(problem_of(R"([{"counter": "active_lanes"}])").find("needs at_least or at_most") !=
        std::string::npos);
  CHECK_FALSE(problem_of(R"([{"counter": "active_lanes", "at_least": "24"}])").empty());
  CHECK_FALSE(problem_of("[7]").empty());
}

TEST_CASE("each counter is compared with its bound") {
  Profile profile;
  profile.lines = {counted(3, "global", "load")};
  CHECK(missed_goals({at_most("sectors_over_ideal", 3.2)}, profile).empty());
  CHECK(missed_goals({at_most("sectors_over_ideal", 3.1)}, profile).size() == 1);
  CHECK(missed_goals({at_least("active_lanes", 20)}, profile).empty());
  CHECK(missed_goals({at_least("active_lanes", 21)}, profile).size() == 1);

  profile.lines = {counted(3, "shared", "atomic")};
  CHECK(missed_goals({at_most("bank_conflict_ways", 2.5)}, profile).empty());
  CHECK(missed_goals({at_most("bank_conflict_ways", 2.4)}, profile).size() == 1);
  CHECK(missed_goals({at_most("lanes_on_one_address", 5)}, profile).empty());
  CHECK(missed_goals({at_most("lanes_on_one_address", 4.9)}, profile).size() == 1);
}

TEST_CASE("a goal concerns the accesses that it names, and those that happened") {
  Profile profile;
  profile.lines = {counted(3, "global", "load"), counted(4, "global", "store"), counted(5, "shared", "load"),
                   counted(6, "global", "load")};
  profile.lines[3].counts = {};  // never executed
  CHECK(lines_under(at_most("active_lanes", 0), profile).size() == 3);
  CHECK(lines_under(at_most("active_lanes", 0, "global"), profile).size() == 2);
  CHECK(lines_under(at_most("active_lanes", 0, "", "load"), profile).size() == 2);
  const auto lines = lines_under(at_most("active_lanes", 0, "global", "store"), profile);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0]->line.line == 4);
}

TEST_CASE("a line is told once for each goal that it misses") {
  Profile profile;
  profile.lines = {counted(3, "global", "load"), counted(3, "global", "store"), counted(4, "global", "load")};
  const auto missed = missed_goals({at_most("sectors_over_ideal", 1), at_least("active_lanes", 32)}, profile);
  REQUIRE(missed.size() == 4);
  CHECK(missed[0].counter == "sectors_over_ideal");
  CHECK(missed[0].line->line.line == 3);
  CHECK(missed[1].line->line.line == 4);
  CHECK(missed[2].counter == "active_lanes");
}

TEST_CASE("an explanation names line, count, reason and remedy") {
  const LineProfile line = counted(3, "global", "load");
  for (const auto& [counter, count] :
       {std::pair("sectors_over_ideal", "touch 8.0 sectors; their bytes would fit into 2.5"),
        {"active_lanes", "20.0 of a warp's 32 threads take part"},
        {"lanes_on_one_address", "5.0 of a warp's threads update the same address"}}) {
    const std::string text = explain_missed_goal({counter, &line}, SourceText(), Paint(false));
    INFO(text);
    CHECK(text.find("a.cu:3") != std::string::npos);
    CHECK(text.find(count) != std::string::npos);
    CHECK(text.find("(load of global memory)") != std::string::npos);
    CHECK(text.find("Why it is slow") != std::string::npos);
    CHECK(text.find("What usually mends it") != std::string::npos);
  }
  const LineProfile shared = counted(3, "shared", "load");
  CHECK(explain_missed_goal({"bank_conflict_ways", &shared}, SourceText(), Paint(false))
            .find("asked 2.5 times where once would do") != std::string::npos);
}
