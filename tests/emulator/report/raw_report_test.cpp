// Reading what the instrumentation wrote, also when it is damaged.
#include "report/raw_report.h"

#include "support.h"
#include "support/catch.h"
#include "support/contains.h"

using namespace emulator::report;
using nlohmann::json;

TEST_CASE("a raw report's fields arrive") {
  json report = raw_profile();
  report["findings"] = json::array({race(7, 8)});
  report["findings"][0]["array"]["offset"] = -4;
  report["findings"][0]["array"]["freed"] = {{"pc", 4199021}};
  const RawReport read = parsed(report);
  REQUIRE(read.findings.size() == 1);
  const RawFinding& finding = read.findings[0];
  CHECK(finding.kind == Kind::kRace);
  CHECK(finding.scope == Scope::kBlock);
  CHECK(finding.kernel == "transpose<16>");
  CHECK(finding.launch->line == 40);
  CHECK(finding.first->op == "write");
  CHECK(*finding.second->thread == Index3{1, 0, 0});
  CHECK(finding.array->offset == -4);
  CHECK(finding.array->freed->pc == 4199021);
  CHECK(read.kernels.at(0).occupancy == 0.75);
  CHECK_FALSE(read.kernels.at(0).flops);
  CHECK(read.lines.at(2).wavefronts == 8192);
}

TEST_CASE("every kind of finding has a name that comes back") {
  for (const char* name : {"race", "race_same_value", "out_of_bounds", "use_after_free", "misaligned",
                           "host_pointer", "uninitialized", "divergent_barrier", "warp_mask", "deadlock",
                           "hang", "leak", "invalid_address", "assertion", "launch_failure"}) {
    const RawReport read = parsed(raw({{"kind", name}}));
    CHECK(name_of(read.findings.at(0).kind) == name);
  }
}

TEST_CASE("a report that is cut off anywhere is refused") {
  json report = raw_profile();
  report["findings"] = json::array({race(7, 8)});
  const std::string whole = report.dump();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK_THROWS_AS(parse_raw_report(whole.substr(0, length)), ReportError);
  }
  CHECK_NOTHROW(parse_raw_report(whole));
}

TEST_CASE("an error names the entry that is wrong") {
  CHECK_THROWS_WITH(parsed({{"findings", json::array()}}), contains("'version' is missing"));
  CHECK_THROWS_WITH(parsed({{"version", 2}}), contains("version is 2"));
  CHECK_THROWS_WITH(parsed(json::array()), contains("object"));
  CHECK_THROWS_WITH(parsed(raw(7)), contains("'findings' must be an array"));
  CHECK_THROWS_WITH(parsed(raw({race(7, 8), {{"kind", "rase"}}})), contains("findings[1]: 'kind' is 'rase'"));
  json report = raw_profile();
  report["lines"][1]["kernel"] = 1;
  CHECK_THROWS_WITH(parsed(report), contains("lines[1]: 'kernel' is 1"));
  report = raw_profile();
  report["lines"][2]["requests"] = -1;
  CHECK_THROWS_WITH(parsed(report), contains("lines[2]: 'requests'"));
  report = raw_profile();
  report["kernels"][0]["grid"] = {1, 2};
  CHECK_THROWS_WITH(parsed(report), contains("kernels[0]: 'grid' must be three numbers"));
  report = raw_profile();
  report["kernels"][0]["blocks"] = {{16, 3}, {32, -1}};
  CHECK_THROWS_WITH(parsed(report), contains("kernels[0]: 'blocks' must hold pairs of whole numbers"));
  report["kernels"][0]["blocks"] = {{16, 3}, {32, 4}};
  CHECK(parsed(report).kernels.at(0).blocks.at(1).pc == 32);
  CHECK(parsed(report).kernels.at(0).blocks.at(1).count == 4);
  json finding = race(7, 8);
  finding["array"]["element_bytes"] = 0;
  CHECK_THROWS_WITH(parsed(raw(finding)), contains("'element_bytes'"));
}

TEST_CASE("a report that is missing or damaged is named with its file") {
  const TestFolder folder;
  CHECK_THROWS_WITH(read_raw_report(folder.path("none.json")), contains("none.json"));
  CHECK_THROWS_WITH(read_raw_report(folder.write("half.json", "{\"version\": 1, ")), contains("half.json"));
}
