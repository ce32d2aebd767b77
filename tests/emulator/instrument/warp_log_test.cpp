/// @file
/// Which accesses of a warp's lanes become one request.
#include "instrument/warp_log.h"

#include <algorithm>
#include <map>
#include <random>
#include <tuple>
#include <vector>

#include "support/catch.h"

using namespace emulator::instrument;

namespace {

/// pc, key, lanes of each request.
using Requests = std::vector<std::tuple<unsigned, unsigned, unsigned>>;

Requests taken(WarpLog& log) {
  Requests requests;
  log.take([&](const WarpLog::Row& row, const LaneAddresses&) {
    requests.emplace_back(row.pc, row.key, row.lanes);
  });
  return requests;
}

}  // namespace

TEST_CASE("lanes that do the same make the same requests") {
  WarpLog log;
  for (unsigned lane = 0; lane < 32; ++lane) {
    for (unsigned i = 0; i < 3; ++i) log.add(lane, 100, i, 0, 4 * lane + i);
    log.add(lane, 200, 0, 0, lane);
  }
  CHECK(log.rows() == 4);
  unsigned row_number = 0;
  log.take([&](const WarpLog::Row& row, const LaneAddresses& addresses) {
    CHECK(row.lanes == ~0u);
    for (unsigned lane = 0; lane < 32 && row_number < 3; ++lane)
      CHECK(addresses[lane] == 4 * lane + row_number);
    ++row_number;
  });
  CHECK(log.rows() == 0);
}

TEST_CASE("lanes that skip something, or do more, join the others again") {
  WarpLog log;
  for (const unsigned lane : {2u, 0u, 1u}) {
    log.add(lane, 10, 0, 0, 0);
    if (lane == 1) log.add(lane, 20, 0, 0, 0);
    if (lane != 1) log.add(lane, 30, 0, 0, 0);
    if (lane == 0) log.add(lane, 40, 0, 0, 0);
    log.add(lane, 50, 0, 0, 0);
  }
  Requests requests = taken(log);
  std::sort(requests.begin(), requests.end());
  CHECK(requests == Requests{{10, 0, 7}, {20, 0, 2}, {30, 0, 5}, {40, 0, 1}, {50, 0, 7}});
}

TEST_CASE("iterations of loops are told apart by their keys") {
  // Lane 0 turns once in the inner loop of each turn of the outer one, lane 1 twice.
  WarpLog log;
  for (unsigned lane = 0; lane < 2; ++lane) {
    for (unsigned outer = 0; outer < 2; ++outer) {
      for (unsigned inner = 0; inner <= lane; ++inner) log.add(lane, 10, 10 * outer + inner, 0, 0);
    }
  }
  Requests requests = taken(log);
  std::sort(requests.begin(), requests.end());
  CHECK(requests == Requests{{10, 0, 3}, {10, 1, 2}, {10, 10, 3}, {10, 11, 2}});
}

TEST_CASE("without keys, a lane's n-th access belongs to the others' n-th, and kinds stay apart") {
  WarpLog log;
  for (int i = 0; i < 2; ++i) log.add(0, 10, 0, 1, 0);
  for (int i = 0; i < 3; ++i) log.add(1, 10, 0, 1, 0);
  log.add(1, 10, 0, 2, 0);
  CHECK(taken(log) == Requests{{10, 0, 3}, {10, 0, 3}, {10, 0, 2}, {10, 0, 2}});
}

TEST_CASE("random logs become the requests that counting by hand gives, whatever the order of the lanes") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  WarpLog log;
  for (int round = 0; round < 20; ++round) {
    std::map<std::tuple<unsigned, unsigned, unsigned>, unsigned> expected;  // pc, key, how many before: lanes
    const unsigned first = random() % 32, pcs = 1 + random() % 40, keys = 1 + random() % 20;
    for (unsigned i = 0; i < 32; ++i) {
      const unsigned lane = (first + i) % 32;
      std::map<std::pair<unsigned, unsigned>, unsigned> before;
      for (unsigned count = random() % 500; count > 0; --count) {
        const unsigned pc = 1 + random() % pcs, key = random() % keys;
        log.add(lane, pc, key, 0, 0);
        expected[{pc, key, before[{pc, key}]++}] |= 1u << lane;
      }
    }
    Requests requests = taken(log), wanted;
    for (const auto& [key, lanes] : expected) wanted.emplace_back(std::get<0>(key), std::get<1>(key), lanes);
    std::sort(requests.begin(), requests.end());
    std::sort(wanted.begin(), wanted.end());
    CHECK(requests == wanted);
  }
}
