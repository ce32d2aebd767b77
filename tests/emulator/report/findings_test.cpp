// Many accesses, few mistakes.
#include "report/findings.h"

#include <algorithm>
#include <random>

#include "report/check_report.h"
#include "support.h"
#include "support/catch.h"

using namespace emulator::report;
using nlohmann::json;

namespace {

std::vector<Finding> merged(const json& findings) {
  return merge_findings(parsed(raw(findings)), SourceLines());
}

json many_findings() {
  json result = json::array();
  for (int thread = 0; thread < 5; ++thread) {
    for (const char* scope : {"warp", "block", "grid"}) {
      result.push_back(race(7, 8, scope, thread));
      result.push_back(race(8, 7, scope, thread));
      result.push_back(race(9, 9, scope, thread));
    }
    json other = race(7, 8, "block", thread);
    other["kernel"] = "a_later_kernel";
    other["launch"] = place(50);
    result.push_back(other);
    other["kind"] = "out_of_bounds";
    other["array"] = array("tile", 4096 + 4 * thread);
    result.push_back(other);
    result.push_back({{"kind", "leak"}, {"array", array("", 0, 100 + thread, "global")}});
  }
  return result;
}

}  // namespace

TEST_CASE("one finding per pair of lines, whichever came first, with the counts added") {
  json findings = {race(7, 8), race(8, 7), race(7, 8)};
  findings[2]["count"] = 40;
  const auto result = merged(findings);
  REQUIRE(result.size() == 1);
  CHECK(result[0].count == 42);
}

TEST_CASE("other lines, arrays, kernels and kinds are other findings") {
  json findings = {race(7, 8), race(7, 9), race(7, 8), race(7, 8), race(7, 8)};
  findings[2]["array"]["name"] = "other";
  findings[3]["kernel"] = "copy";
  findings[4]["kind"] = "race_same_value";
  CHECK(merged(findings).size() == 5);
}

TEST_CASE("a race between blocks is told before the same one inside a warp") {
  const auto result = merged({race(7, 8, "warp"), race(7, 8, "grid", 5), race(7, 8, "block")});
  REQUIRE(result.size() == 1);
  CHECK(result[0].scope == Scope::kGrid);
  CHECK(*result[0].first->thread == Index3{5, 0, 0});
}

TEST_CASE("findings come by the line of the launch, then by line, leaks last") {
  const auto result = merged(many_findings());
  REQUIRE(result.size() == 5);
  CHECK(result[0].kernel == "transpose<16>");
  CHECK(result[0].first->line.line == 7);
  CHECK(result[1].first->line.line == 9);
  CHECK(result[2].kernel == "a_later_kernel");
  CHECK(result[2].kind == Kind::kRace);
  CHECK(result[3].kind == Kind::kOutOfBounds);
  CHECK(result[4].kind == Kind::kLeak);
}

TEST_CASE("the text does not depend on the order in the report") {
  json findings = many_findings();
  const std::string expected = check_report(merged(findings), SourceText(), Paint(false));
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(findings.begin(), findings.end(), random);
    REQUIRE(check_report(merged(findings), SourceText(), Paint(false)) == expected);
  }
}

TEST_CASE("findings without any place are kept") {
  const auto result = merged({{{"kind", "hang"}, {"kernel", "k"}, {"message", "thread (0,0,0) does not end"}},
                              {{"kind", "deadlock"}, {"kernel", "k"}, {"message", "all wait"}}});
  CHECK(result.size() == 2);
  CHECK(holds(check_report(result, SourceText(), Paint(false)), "thread (0,0,0) does not end"));
}
