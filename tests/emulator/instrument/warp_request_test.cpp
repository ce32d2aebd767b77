/// @file
/// Sectors and bank conflicts of single requests.
#include "instrument/warp_request.h"

#include <algorithm>
#include <array>
#include <random>
#include <set>

#include "support/catch.h"

using namespace emulator::instrument;

namespace {

constexpr unsigned kAll = ~0u;

LaneAddresses strided(std::uint64_t first, std::uint64_t step) {
  LaneAddresses addresses;
  for (unsigned lane = 0; lane < 32; ++lane) addresses[lane] = first + lane * step;
  return addresses;
}

void check_sectors(const RequestCost& cost, unsigned sectors, unsigned ideal) {
  CHECK(cost.sectors == sectors);
  CHECK(cost.ideal_sectors == ideal);
}

void check_passes(const RequestCost& cost, unsigned passes, unsigned ideal) {
  CHECK(cost.wavefronts == passes);
  CHECK(cost.ideal_wavefronts == ideal);
}

}  // namespace

TEST_CASE("sectors of global memory") {
  check_sectors(cost_in_memory(strided(4096, 4), kAll, 4), 4, 4);
  check_sectors(cost_in_memory(strided(4100, 4), kAll, 4), 5, 4);
  check_sectors(cost_in_memory(strided(4096, 8), kAll, 4), 8, 4);
  check_sectors(cost_in_memory(strided(4096, 128), kAll, 4), 32, 4);
  check_sectors(cost_in_memory(strided(4096, 12), kAll, 4), 12, 4);
  check_sectors(cost_in_memory(strided(4096, 16), kAll, 16), 16, 16);
  check_sectors(cost_in_memory(strided(4096, 1), kAll, 1), 1, 1);
  check_sectors(cost_in_memory(strided(4096, 0), kAll, 4), 1, 1);
  check_sectors(cost_in_memory(strided(4096 + 31 * 4, static_cast<std::uint64_t>(-4)), kAll, 4), 4, 4);
  check_sectors(cost_in_memory(strided(4096, 4), 0x000000ffu, 4), 1, 1);
  check_sectors(cost_in_memory(strided(4096, 4), 0x55555555u, 4), 4, 2);
  check_sectors(cost_in_memory(strided(4126, 4), 1, 4), 2, 1);  // not aligned, across two sectors
}

TEST_CASE("bytes needed and lanes on one address") {
  CHECK(cost_in_memory(strided(4096, 0), kAll, 4).distinct_bytes == 4);
  CHECK(cost_in_memory(strided(4096, 0), kAll, 4).same_address == 32);
  CHECK(cost_in_memory(strided(4096, 4), kAll, 4).same_address == 1);
  CHECK(cost_in_memory(strided(4096, 2), kAll, 4).distinct_bytes == 66);  // they overlap
  LaneAddresses bins;
  for (unsigned lane = 0; lane < 32; ++lane) bins[lane] = 4096 + lane % 5 * 4;
  CHECK(cost_in_memory(bins, kAll, 4).same_address == 7);
  CHECK(cost_in_memory(bins, kAll, 4).distinct_bytes == 20);
}

TEST_CASE("sectors of random requests are those of a set") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 300; ++round) {
    const unsigned bytes = 1u << random() % 5;
    const unsigned lanes = random() | 1u << random() % 32;
    LaneAddresses addresses;
    std::set<std::uint64_t> sectors, all;
    for (unsigned lane = 0; lane < 32; ++lane) {
      addresses[lane] = 8192 + random() % 700;
      if (!(lanes >> lane & 1)) continue;
      for (unsigned i = 0; i < bytes; ++i) {
        all.insert(addresses[lane] + i);
        sectors.insert((addresses[lane] + i) / 32);
      }
    }
    const RequestCost cost = cost_in_memory(addresses, lanes, bytes);
    CHECK(cost.sectors == sectors.size());
    CHECK(cost.distinct_bytes == all.size());
    CHECK(cost.ideal_sectors == (all.size() + 31) / 32);
  }
}

TEST_CASE("passes through the banks of shared memory") {
  check_passes(cost_in_banks(strided(0, 4), kAll, 4), 1, 1);
  check_passes(cost_in_banks(strided(0, 8), kAll, 4), 2, 1);
  check_passes(cost_in_banks(strided(0, 128), kAll, 4), 32, 1);  // a column of a tile 32 wide
  check_passes(cost_in_banks(strided(0, 132), kAll, 4), 1, 1);   // and 33 wide
  check_passes(cost_in_banks(strided(64, 0), kAll, 4), 1, 1);    // a broadcast
  check_passes(cost_in_banks(strided(0, 128), 0x0000000fu, 4), 4, 1);
  check_passes(cost_in_banks(strided(0, 1), kAll, 1), 1, 1);  // four lanes to a word
  check_passes(cost_in_banks(strided(0, 2), kAll, 2), 1, 1);
  check_passes(cost_in_banks(strided(0, 64), kAll, 2), 16, 1);
  CHECK(cost_in_banks(strided(0, 1), kAll, 1).distinct_bytes == 32);
  CHECK(cost_in_banks(strided(0, 128), kAll, 4).distinct_bytes == 128);
}

TEST_CASE("wide accesses to shared memory go in parts of a warp") {
  check_passes(cost_in_banks(strided(0, 8), kAll, 8), 2, 2);
  check_passes(cost_in_banks(strided(0, 16), kAll, 8), 4, 2);
  check_passes(cost_in_banks(strided(0, 8), 0x0000ffffu, 8), 1, 1);
  check_passes(cost_in_banks(strided(0, 16), kAll, 16), 4, 4);
  check_passes(cost_in_banks(strided(0, 128), kAll, 16), 32, 4);
  check_passes(cost_in_banks(strided(0, 16), 0xff0000ffu, 16), 2, 2);
  // Half-warps that want the same words need a pass each, and the words once.
  CHECK(cost_in_banks(strided(0, 0), kAll, 8).wavefronts == 2);
  CHECK(cost_in_banks(strided(0, 0), kAll, 8).distinct_bytes == 8);
}

TEST_CASE("local memory is interleaved") {
  check_sectors(cost_in_local_memory(strided(4000, 0), kAll, 4), 4, 4);
  check_sectors(cost_in_local_memory(strided(4000, 0), kAll, 16), 16, 16);
  check_sectors(cost_in_local_memory(strided(4000, 0), kAll, 1), 4, 4);
  check_sectors(cost_in_local_memory(strided(4000, 0), 1, 4), 1, 1);
  check_sectors(cost_in_local_memory(strided(4000, 4), kAll, 4), 32, 4);  // each lane another element
  CHECK(cost_in_local_memory(strided(4000, 0), kAll, 1).distinct_bytes == 32);
}

TEST_CASE("constant memory takes a pass for each address") {
  const auto passes = [](const LaneAddresses& addresses, unsigned lanes, unsigned bytes) {
    const RequestCost cost = cost_in_constant_memory(addresses, lanes, bytes);
    check_sectors(cost, 0, 0);
    CHECK(cost.ideal_wavefronts == 1);
    return cost.wavefronts;
  };
  CHECK(passes(strided(4096, 0), kAll, 4) == 1);
  CHECK(passes(strided(4096, 4), kAll, 4) == 32);
  CHECK(passes(strided(4096, 16), kAll, 16) == 32);
  CHECK(passes(strided(4096, 4), 1, 4) == 1);
  CHECK(passes(strided(4096, 4), 0x80000001u, 4) == 2);
  LaneAddresses mixed;
  for (unsigned lane = 0; lane < 32; ++lane) mixed[lane] = 4096 + lane * 7 % 5 * 4;
  CHECK(passes(mixed, kAll, 4) == 5);
  CHECK(cost_in_constant_memory(mixed, kAll, 4).distinct_bytes == 20);
}
