// The words: each kind says what happened, where, and what mends it.
#include "report/explain.h"

#include "report/check_report.h"
#include "support.h"
#include "support/catch.h"

using namespace emulator::report;
using nlohmann::json;

namespace {

Finding only(const json& finding) {
  const auto result = merge_findings(parsed(raw(finding)), SourceLines());
  REQUIRE(result.size() == 1);
  return result[0];
}

Explanation explained(const json& finding) { return explain(only(finding), SourceText()); }

json access_to(const char* kind, const json& memory, const char* op = "read") {
  return {{"kind", kind},
          {"kernel", "k"},
          {"launch", place(40)},
          {"first", place(7, op, 3, 1)},
          {"array", memory}};
}

}  // namespace

TEST_CASE("a race names both threads, both lines and the element, and the barrier that is missing") {
  const Explanation block = explained(race(7, 8));
  CHECK(holds(block.headline, "Race in shared memory between threads of one block"));
  CHECK(block.happened ==
        "At /src/a.cu:7, thread (0,0,0) of block (0,0,0) writes element 33 of tile. At /src/a.cu:8, thread "
        "(1,0,0) of block (0,0,0) reads the same element. Nothing makes one wait for the other.");
  CHECK(holds(block.mend, "Put __syncthreads() between line 7 and line 8"));

  const Explanation warp = explained(race(7, 8, "warp"));
  CHECK(holds(warp.mend, "__syncwarp() between line 7 and line 8"));
  CHECK(holds(warp.mend, "shuffle"));

  const Explanation grid = explained(race(7, 8, "grid"));
  CHECK(holds(grid.headline, "different blocks"));
  CHECK(holds(grid.mend, "atomics"));
  CHECK(holds(grid.mend, "launch"));
  CHECK_FALSE(holds(grid.mend, "__syncthreads"));
}

TEST_CASE("a race in spite of a barrier wants another one at the end of the loop") {
  const TestFolder folder;
  const auto mend_of = [&](const std::string& between, const char* scope) {
    const std::string file =
        folder.write("a.cu", "for (;;) {\n  tile[i] = x;\n" + between + "\n  y = tile[j];\n}\n");
    // The read of one round comes before the write of the next, or another thread's write is emulated later.
    json finding = race(4, 2, scope);
    finding["first"]["op"] = "read";
    finding["second"]["op"] = "write";
    finding["first"]["file"] = finding["second"]["file"] = file;
    return explain(only(finding), SourceText({{file, "a.cu"}})).mend;
  };
  for (const char* between : {"  __syncthreads();", "  block.sync();"}) {
    INFO(between);
    CHECK(holds(mend_of(between, "block"), "line 2 comes again in the next round"));
    CHECK(holds(mend_of(between, "block"), "Put another __syncthreads() behind line 4"));
  }
  CHECK(holds(mend_of("  __syncwarp();", "warp"), "Put another __syncwarp() behind line 4"));
  // A warp's barrier is not enough for a block, a comment for nobody.
  for (const char* between : {"", "  // __syncthreads();", "  __syncwarp();"}) {
    INFO(between);
    CHECK(holds(mend_of(between, "block"), "Put __syncthreads() between line 2 and line 4"));
  }
}

TEST_CASE("an update that is not atomic wants an atomic") {
  CHECK(holds(explained(race(7, 7, "grid")).mend, "atomicAdd"));
  json writes = race(7, 7);
  writes["second"]["op"] = "write";
  CHECK(holds(explained(writes).mend, "element of its own"));
}

TEST_CASE("an atomic against a plain access says so") {
  json finding = race(7, 8, "grid");
  finding["first"]["op"] = "atomic";
  const Explanation result = explained(finding);
  CHECK(holds(result.headline, "an atomic and a plain access"));
  CHECK(holds(result.happened, "updates with an atomic element 33 of tile"));
  CHECK(holds(result.why, "undivided only among atomics"));
}

TEST_CASE("writes of the same value are a note") {
  json finding = race(7, 7);
  finding["kind"] = "race_same_value";
  const Explanation result = explained(finding);
  CHECK(result.is_note);
  CHECK(holds(result.headline, "same value"));
  CHECK_FALSE(explained(race(7, 7)).is_note);
}

TEST_CASE("out of bounds says how far, on either side") {
  const Explanation past = explained(access_to("out_of_bounds", array("", 4092, 4000, "global"), "write"));
  CHECK(holds(past.headline, "past the end"));
  CHECK(holds(past.happened,
              "At /src/a.cu:7, thread (3,0,0) of block (1,0,0) writes element 1023 of the array "
              "allocated at /src/a.cu:3."));
  CHECK(holds(past.happened, "1000 elements of 4 bytes, 0 to 999: this is 24 past the last"));
  CHECK(holds(past.mend, "if (i < n)"));

  CHECK(holds(explained(access_to("out_of_bounds", array("x", 4000, 4000))).happened,
              "this is 1 past the last"));
  const Explanation before = explained(access_to("out_of_bounds", array("x", -4)));
  CHECK(holds(before.happened, "element -1 of x"));
  CHECK(holds(before.happened, "this is 1 before the first"));
  // One byte before the array is in element -1, too.
  CHECK(holds(explained(access_to("out_of_bounds", array("x", -1))).happened, "element -1 of x"));
  // An array smaller than one element has none.
  CHECK(holds(explained(access_to("out_of_bounds", array("x", 0, 3))).happened, "The array has 3 bytes"));
}

TEST_CASE("every kind has words for what is wrong and what mends it") {
  json freed = array("", 8, 4096, "global");
  freed["freed"] = place(30);
  CHECK(holds(explained(access_to("use_after_free", freed)).happened, "freed at /src/a.cu:30"));

  json misaligned = access_to("misaligned", array("x", 20));
  misaligned["first"]["bytes"] = 16;
  CHECK(holds(explained(misaligned).happened,
              "16 bytes at byte 20 of x, which is 4 more than a multiple of 16"));

  CHECK(holds(explained(access_to("uninitialized", array("x", 0))).happened, "no thread of the block"));
  CHECK(holds(explained(access_to("uninitialized", array("x", 0, 64, "global"))).happened, "no cudaMemset"));
  CHECK(holds(explained(access_to("host_pointer", nullptr)).mend, "cudaMalloc"));
  CHECK(holds(explained({{"kind", "leak"}, {"array", array("", 0, 2048, "global")}}).happened,
              "2.00 KiB allocated at /src/a.cu:3"));

  for (const char* kind : {"race", "race_same_value", "out_of_bounds", "use_after_free", "misaligned",
                           "host_pointer", "uninitialized", "divergent_barrier", "warp_mask", "deadlock",
                           "hang", "leak", "invalid_address", "assertion", "launch_failure"}) {
    // Also with nothing else known.
    const Explanation result = explained({{"kind", kind}});
    INFO(kind);
    CHECK_FALSE(result.headline.empty());
    CHECK_FALSE(result.why.empty());
    CHECK_FALSE(result.mend.empty());
  }
}

TEST_CASE("the runtime's message is told without its first line") {
  const Explanation result = explained(
      {{"kind", "divergent_barrier"},
       {"kernel", "k"},
       {"message",
        "emulated GPU: kernel 'k' (launched at a.cu:3) failed: divergent barrier\n  thread (1,0,0) has "
        "left\n"}});
  CHECK(result.happened == "  thread (1,0,0) has left");
  CHECK(explained({{"kind", "assertion"}, {"message", "emulated GPU: kernel 'k' failed: n > 0"}}).happened ==
        "n > 0");
}

TEST_CASE("the report shows the source of both lines, and ends with what was found") {
  const TestFolder folder;
  const std::string file = folder.write("a.cu", "one\n  tile[i] = x;\n  y = tile[j];\n").string();
  json finding = race(2, 3);
  finding["first"]["file"] = file;
  finding["second"]["file"] = file;
  finding["count"] = 37;
  const SourceText source({{file, "a.cu"}});
  const std::string text = check_report({only(finding)}, source, Paint(false));
  INFO(text);
  CHECK(holds(text, "(37 times)"));
  CHECK(holds(text, "in kernel transpose<16>, launched at /src/a.cu:40"));
  CHECK(holds(text, "a.cu:2       |   tile[i] = x;\n"));
  CHECK(holds(text, "|   ^ thread (0,0,0) of block (0,0,0) writes 4 bytes\n"));
  CHECK(holds(text, "a.cu:3       |   y = tile[j];\n"));
  CHECK(holds(text, "\n1 finding (1 race)."));
  CHECK(text.find('\033') == std::string::npos);
  CHECK(check_report({only(finding)}, source, Paint(true)).find('\033') != std::string::npos);
}

TEST_CASE("without findings the report says what was checked and what is not seen") {
  const std::string text = check_report({}, SourceText(), Paint(false));
  CHECK(text.starts_with("No mistakes found: races"));
  CHECK(holds(text, "other sizes"));
}
