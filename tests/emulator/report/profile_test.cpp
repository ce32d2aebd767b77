// Figures per line, and the table of them.
#include "report/profile.h"

#include <fmt/format.h>

#include "report/profile_table.h"
#include "support.h"
#include "support/catch.h"

using namespace emulator::report;
using nlohmann::json;

namespace {

Profile profile_of(const json& report) { return make_profile(parsed(report), SourceLines()); }

const LineProfile& find(const Profile& profile, std::string_view space, std::string_view op) {
  for (const LineProfile& line : profile.lines) {
    if (line.counts.space == space && line.counts.op == op) return line;
  }
  throw std::runtime_error(fmt::format("no line {} {}", space, op));
}

}  // namespace

TEST_CASE("figures per request are sums divided by requests") {
  const Profile profile = profile_of(raw_profile());
  REQUIRE(profile.lines.size() == 3);
  const LineProfile& load = find(profile, "global", "load");
  CHECK(load.active_lanes() == 32);
  CHECK(load.sectors_per_request() == 4);
  CHECK(load.bytes_moved() == 32768);
  CHECK(load.bytes_wasted() == 0);
  CHECK(load.bank_conflict_ways() == 0);
  CHECK(load.remarks().empty());
  const LineProfile& store = find(profile, "global", "store");
  CHECK(store.active_lanes() == 16);
  CHECK(store.sectors_per_request() == 32);
  CHECK(store.ideal_sectors_per_request() == 4);
  CHECK(store.bytes_moved() == 262144);
  CHECK(store.bytes_needed() == 32768);
  CHECK(store.bytes_wasted() == 262144 - 32768);
  REQUIRE(store.remarks().size() == 2);
  CHECK(store.remarks()[0] == "8.0 times the sectors that its bytes need");
  CHECK(store.remarks()[1] == "16.0 of 32 lanes active");
  const LineProfile& shared = find(profile, "shared", "load");
  CHECK(shared.bank_conflict_ways() == 32);
  CHECK(shared.bytes_moved() == 128 * 8192);
  CHECK(shared.remarks().at(0) == "32.0-way bank conflict");
}

TEST_CASE("instructions of one line, space and kind of access are added up") {
  json report = raw_profile();
  json again = report["lines"][1];
  again["pc"] = 300;  // lines are unknown here, so they are the same
  again["bytes"] = 16;
  again["sectors"] = 1024;
  report["lines"].push_back(again);
  const Profile profile = profile_of(report);
  REQUIRE(profile.lines.size() == 3);
  const LineProfile& store = find(profile, "global", "store");
  CHECK(store.counts.requests == 512);
  CHECK(store.sectors_per_request() == 18);
  CHECK(store.counts.bytes == 16);
}

TEST_CASE("a line without requests has zeros, not NaN") {
  json report = raw_profile();
  const json line = {{"pc", 1}, {"kernel", 0}, {"space", "shared"}, {"op", "load"}};
  report["lines"] = json::array({line});
  const Profile profile = profile_of(report);
  CHECK(profile.lines.at(0).active_lanes() == 0);
  CHECK(profile.lines.at(0).bank_conflict_ways() == 0);
  CHECK(profile.lines.at(0).remarks().empty());
  CHECK(profile.worst_of(0) == nullptr);
}

TEST_CASE("atomics on one address are remarked on") {
  json report = raw_profile();
  report["lines"][0]["op"] = "atomic";
  report["lines"][0]["same_address"] = 256 * 20;
  const Profile profile = profile_of(report);
  CHECK(find(profile, "global", "atomic").remarks().at(0) ==
        "20.0 lanes on one address, one after the other");
}

TEST_CASE("constant memory has passes, one for each address, and no sectors") {
  json report = raw_profile();
  json line = report["lines"][2];
  line["space"] = "constant";
  line["wavefronts"] = 256 * 20;
  report["lines"] = json::array({line});
  const Profile profile = profile_of(report);
  const LineProfile& load = find(profile, "constant", "load");
  CHECK(load.passes_per_request() == 20);
  CHECK(load.bank_conflict_ways() == 0);
  CHECK(load.sectors_per_request() == 0);
  CHECK(load.bytes_moved() == 0);
  CHECK(load.bytes_wasted() == 0);
  REQUIRE(load.remarks().size() == 1);
  CHECK(load.remarks()[0] == "lanes read 20.0 different addresses, one after the other");
  CHECK(profile.worst_of(0) == nullptr);
  const std::string text = profile_table(profile, nullptr, SourceText(), Paint(false));
  INFO(text);
  CHECK(holds(text, "load   constant         256   32.0                -            -  "));
  CHECK(holds(text, "  20.00  |"));

  report["lines"][0]["wavefronts"] = 256;
  CHECK(find(profile_of(report), "constant", "load").remarks().empty());
  report["lines"][0].erase("requests");
  CHECK(find(profile_of(report), "constant", "load").passes_per_request() == 0);
}

TEST_CASE("kernels come by the line of their launch, and lines keep their kernel") {
  json report = raw_profile();
  json earlier = report["kernels"][0];
  earlier["name"] = "copy";
  earlier["launch"] = place(20);
  report["kernels"].push_back(earlier);
  report["lines"][2]["kernel"] = 1;
  const Profile profile = profile_of(report);
  CHECK(profile.kernels[0].counts.name == "copy");
  CHECK(profile.kernels[find(profile, "shared", "load").counts.kernel].counts.name == "copy");
  CHECK(profile.kernels[find(profile, "global", "load").counts.kernel].counts.name == "transpose<16>");
  CHECK(profile.worst_of(1) == &find(profile, "global", "store"));
}

TEST_CASE("the table says what the figures are, and marks the worst line") {
  const std::string text = profile_table(profile_of(raw_profile()), nullptr, SourceText(), Paint(false));
  INFO(text);
  CHECK(holds(text, "source level"));
  CHECK(holds(text, "Caches are not modelled, times are not measured"));
  CHECK(holds(text, "grid 4 x 4 x 1, block 32 x 8 x 1: 16 blocks of 256 threads, launched 2 times"));
  CHECK(holds(text, "occupancy 75%, limited by shared memory"));
  CHECK(holds(text, "arithmetic intensity: not known"));
  CHECK(holds(text, "32.00 (4.00)"));
  CHECK(holds(text, "\n! ?     load   shared"));
  CHECK_FALSE(holds(text, "prediction"));
}

TEST_CASE("the arithmetic intensity is told when the operations are known") {
  json report = raw_profile();
  report["kernels"][0]["flops"] = 294912 * 3;
  const Profile profile = profile_of(report);
  CHECK(*profile.kernels[0].arithmetic_intensity() == Approx(3));
  CHECK(holds(profile_table(profile, nullptr, SourceText(), Paint(false)), "3 operations per byte"));
}

TEST_CASE("a run without launches says so") {
  CHECK(holds(profile_table(Profile{}, nullptr, SourceText(), Paint(false)), "No kernel was launched"));
}
