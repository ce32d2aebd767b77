// The JSON that other programs read: names and meanings are a contract.
#include "report/output_json.h"

#include "support.h"
#include "support/catch.h"

using namespace emulator::report;
using nlohmann::json;

TEST_CASE("a finding in JSON has kind, kernel, lines, block, thread, message and count") {
  json finding = race(7, 8, "block", 5);
  finding["count"] = 9;
  const auto findings = merge_findings(parsed(raw(finding)), SourceLines());
  const json result = findings_json(findings, SourceText()).at(0);
  INFO(result.dump(2));
  CHECK(result["kind"] == "race");
  CHECK(result["kernel"] == "transpose<16>");
  CHECK(result["lines"] == json::parse(R"([{"file":"/src/a.cu","line":7},{"file":"/src/a.cu","line":8}])"));
  CHECK(result["block"] == json({0, 0, 0}));
  CHECK(result["thread"] == json({5, 0, 0}));
  CHECK(result["count"] == 9);
  CHECK(result["array"]["name"] == "tile");
  CHECK(holds(result["message"], "Race in shared memory"));
  CHECK(holds(result["message"], "element 33 of tile"));
}

TEST_CASE("a leak's line in JSON is that of its allocation") {
  const auto findings = merge_findings(
      parsed(raw({{"kind", "leak"}, {"kernel", ""}, {"array", array("", 0, 64, "global")}})), SourceLines());
  const json result = findings_json(findings, SourceText()).at(0);
  CHECK(result["lines"] == json::parse(R"([{"file":"/src/a.cu","line":3}])"));
  CHECK(result["block"].is_null());
}

TEST_CASE("a line in JSON has every figure of the contract") {
  const json lines = lines_json(make_profile(parsed(raw_profile()), SourceLines()), SourceText());
  REQUIRE(lines.size() == 3);
  for (const json& line : lines) {
    for (const char* key :
         {"file", "line", "kernel", "space", "op", "requests", "active_lanes", "sectors_per_request",
          "ideal_sectors_per_request", "bank_conflict_ways", "bytes_moved", "bytes_needed"}) {
      INFO(key);
      CHECK(line.contains(key));
    }
    CHECK(line["kernel"] == "transpose<16>");
    const bool shared = line["space"] == "shared";
    CHECK(line["bank_conflict_ways"] == (shared ? 32 : 0));
    CHECK(line["bytes_needed"] == 32768);
    if (shared) CHECK(line["bytes_moved"] == 128 * 8192);
    if (shared) CHECK(line["sectors_per_request"] == 0);
    if (line["op"] == "store") CHECK(line["sectors_per_request"] == 32);
    if (line["op"] == "store") CHECK(line["active_lanes"] == 16);
  }
}

TEST_CASE("a line of constant memory in JSON has its passes instead of sectors") {
  json report = raw_profile();
  report["lines"][2]["space"] = "constant";
  const json lines = lines_json(make_profile(parsed(report), SourceLines()), SourceText());
  for (const json& line : lines) {
    if (line["space"] != "constant") CHECK_FALSE(line.contains("passes_per_request"));
    if (line["space"] != "constant") continue;
    CHECK(line["passes_per_request"] == 32);
    CHECK(line["sectors_per_request"] == 0);
    CHECK(line["ideal_sectors_per_request"] == 0);
    CHECK(line["bank_conflict_ways"] == 0);
    CHECK(line["bytes_moved"] == 0);
    CHECK(line["bytes_needed"] == 32768);
  }
}

TEST_CASE("a kernel in JSON has its launch, its occupancy and what is known") {
  const Profile profile = make_profile(parsed(raw_profile()), SourceLines());
  const json kernel = kernels_json(profile, find_card("rtx4060"), SourceText()).at(0);
  CHECK(kernel["name"] == "transpose<16>");
  CHECK(kernel["grid"] == json({4, 4, 1}));
  CHECK(kernel["block"] == json({32, 8, 1}));
  CHECK(kernel["occupancy"] == 0.75);
  CHECK(kernel["occupancy_limit"] == "shared memory");
  CHECK(kernel["arithmetic_intensity"].is_null());
  CHECK(kernel["prediction"]["card"] == "rtx4060");
  CHECK(holds(kernel["prediction"]["label"], "not a measurement"));
  CHECK_FALSE(kernels_json(profile, nullptr, SourceText()).at(0).contains("prediction"));
}
