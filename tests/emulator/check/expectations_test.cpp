/// @file
/// The markers of test programs, as text.
#include "expectations.h"

#include <stdexcept>

#include "support/catch.h"

namespace {

using check_programs::Expectations;
using check_programs::read_expectations;

const std::string kProgram = R"(// A program.
// variant 1: correct
// variant 2: the barrier is missing
// variant 3: the other barrier is missing
__global__ void kernel(float* x) {
  tile[i] = x[i];  // expect 2,3: race array=tile; expect 3: race@b
  use(tile[n - i]);  // expect 2,3: race; allow 2: uninitialized hang
  // Why this is so; not a marker, though there is expect 2: in it.
  // expect 3: race@b
  // counts 1: global load sectors=4.25 ideal=4
  y[i] = x[i];  // counts 1: global store ways=0 lanes=32
}
void run() { kernel<<<1, 32>>>(x); }  // launch 1: flops=64 intensity=0.25
)";

TEST_CASE("lines of one kind and label make one finding") {
  const Expectations second = read_expectations(kProgram, 2);
  CHECK(second.title == "the barrier is missing");
  REQUIRE(second.findings.size() == 1);
  CHECK(second.findings[0].kind == "race");
  CHECK(second.findings[0].lines == std::set<int>{6, 7});
  CHECK(second.findings[0].array == "tile");
  CHECK(second.allowed.at("uninitialized") == std::set<int>{7});
  CHECK(second.allowed.at("hang") == std::set<int>{7});
  CHECK(second.counts.empty());
}

TEST_CASE("a label keeps findings of one kind apart, and a marker may stand above its line") {
  const Expectations third = read_expectations(kProgram, 3);
  REQUIRE(third.findings.size() == 2);
  CHECK(third.findings[0].lines == std::set<int>{6, 7});
  CHECK(third.findings[1].kind == "race");
  CHECK(third.findings[1].lines == std::set<int>{6, 11});
  CHECK(third.findings[1].array.empty());
  CHECK(third.allowed.empty());
}

TEST_CASE("counters are read with the names that a profile gives them") {
  const Expectations first = read_expectations(kProgram, 1);
  CHECK(first.findings.empty());
  REQUIRE(first.counts.size() == 2);
  CHECK(first.counts[0].line == 11);
  CHECK(first.counts[0].space == "global");
  CHECK(first.counts[0].op == "load");
  CHECK(first.counts[0].values.at("sectors_per_request") == 4.25);
  CHECK(first.counts[0].values.at("ideal_sectors_per_request") == 4);
  CHECK(first.counts[1].op == "store");
  CHECK(first.counts[1].values.at("active_lanes") == 32);
  REQUIRE(first.launches.size() == 1);
  CHECK(first.launches[0].line == 13);
  CHECK(first.launches[0].values ==
        std::map<std::string, double>{{"flops", 64}, {"arithmetic_intensity", 0.25}});
}

TEST_CASE("markers that cannot be read are refused") {
  const std::string head = "// variant 1: correct\n";
  CHECK_THROWS_AS(read_expectations(head, 2), std::runtime_error);
  CHECK_THROWS_AS(read_expectations(head + "x;  // expect 1: race arr=x\n", 1), std::runtime_error);
  CHECK_THROWS_AS(read_expectations(head + "x;  // expect 1: race; exect 1: race\n", 1), std::runtime_error);
  CHECK_THROWS_AS(read_expectations(head + "x;  // expect 1: \n", 1), std::runtime_error);
  CHECK_THROWS_AS(read_expectations(head + "x;  // counts 1: global load sector=4\n", 1), std::runtime_error);
  CHECK_THROWS_AS(read_expectations(head + "x;  // launch 1: sectors=4\n", 1), std::runtime_error);
}

}  // namespace
