#include "warp_request.h"

#include <algorithm>
#include <cstddef>

namespace emulator::instrument {

namespace {

// No access is wider: 16 bytes, in 5 words if they begin within one.
constexpr std::size_t kMostWords = 5;

unsigned lane_of(unsigned rest) { return static_cast<unsigned>(__builtin_ctz(rest)); }

/// Counts over addresses in any order, which it puts into order.
RequestCost cost_of(std::uint64_t* addresses, std::size_t count, bool sorted, unsigned bytes) {
  if (!sorted) std::sort(addresses, addresses + count);
  RequestCost cost;
  std::uint64_t end = 0;          // of the bytes counted so far
  std::uint64_t next_sector = 0;  // behind the sectors counted so far
  unsigned run = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t begin = addresses[i];
    if (i > 0 && begin == addresses[i - 1]) {
      cost.same_address = std::max(cost.same_address, ++run);
      continue;
    }
    run = 1;
    const std::uint64_t last = begin + bytes;
    cost.distinct_bytes += static_cast<unsigned>(last - std::max(begin, end));
    end = last;
    const std::uint64_t sector = std::max(begin / kSectorBytes, next_sector);
    next_sector = (last - 1) / kSectorBytes + 1;
    cost.sectors += static_cast<unsigned>(next_sector - sector);
  }
  cost.same_address = std::max(cost.same_address, std::min(run, 1u));
  cost.ideal_sectors = (cost.distinct_bytes + kSectorBytes - 1) / kSectorBytes;
  return cost;
}

/// The distinct words that a request wants of one bank: of each lane one at most.
struct Bank {
  std::array<std::uint32_t, 32> words;
  std::array<std::uint8_t, 32> bytes;   ///< of the word, a bit each
  std::array<std::uint8_t, 32> groups;  ///< that want it, a bit each
};

}  // namespace

RequestCost cost_in_memory(const LaneAddresses& addresses, unsigned lanes, unsigned bytes) {
  std::array<std::uint64_t, 32> wanted;
  std::size_t count = 0;
  bool sorted = true;
  for (unsigned rest = lanes; rest != 0; rest &= rest - 1) {
    wanted[count] = addresses[lane_of(rest)];
    sorted &= count == 0 || wanted[count - 1] <= wanted[count];
    ++count;
  }
  return cost_of(wanted.data(), count, sorted, bytes);
}

RequestCost cost_in_banks(const LaneAddresses& addresses, unsigned lanes, unsigned bytes) {
  const unsigned group_lanes = bytes <= 4 ? 32 : bytes <= 8 ? 16 : 8;
  RequestCost cost;
  std::array<Bank, kBanks> banks;  // not cleared: `counts` says how much of it is in use
  std::array<std::uint8_t, kBanks> counts{};
  std::array<std::array<std::uint8_t, kBanks>, 4> wanted{};  // words of each group of each bank
  std::array<unsigned, 4> passes{};
  for (unsigned rest = lanes; rest != 0; rest &= rest - 1) {
    const unsigned group = lane_of(rest) / group_lanes;
    const std::uint64_t begin = addresses[lane_of(rest)], end = begin + bytes;
    for (std::uint64_t word = begin / kBankBytes; word * kBankBytes < end; ++word) {
      const std::uint64_t first = std::max(begin, word * kBankBytes) % kBankBytes;
      const std::uint64_t last = std::min(end - 1, word * kBankBytes + kBankBytes - 1) % kBankBytes;
      const unsigned mask = ((2u << last) - 1) & ~((1u << first) - 1);
      Bank& bank = banks[word % kBanks];
      std::uint8_t& count = counts[word % kBanks];
      unsigned i = 0;
      while (i < count && bank.words[i] != word) ++i;
      if (i == count) {
        bank.words[i] = static_cast<std::uint32_t>(word);
        bank.bytes[i] = bank.groups[i] = 0;
        ++count;
      }
      cost.distinct_bytes += static_cast<unsigned>(__builtin_popcount(mask & ~unsigned{bank.bytes[i]}));
      bank.bytes[i] = static_cast<std::uint8_t>(bank.bytes[i] | mask);
      if (bank.groups[i] >> group & 1) continue;
      bank.groups[i] = static_cast<std::uint8_t>(bank.groups[i] | 1u << group);
      passes[group] = std::max(passes[group], unsigned{++wanted[group][word % kBanks]});
    }
  }
  for (const unsigned of_group : passes) {
    cost.wavefronts += of_group;
    cost.ideal_wavefronts += of_group != 0;
  }
  return cost;
}

RequestCost cost_in_local_memory(const LaneAddresses& addresses, unsigned lanes, unsigned bytes) {
  std::array<std::uint64_t, 32 * kMostWords> words;
  std::size_t count = 0;
  bool sorted = true;
  // Word by word, so that lanes at the same place come in order.
  const unsigned most = (bytes + 2 * kBankBytes - 2) / kBankBytes;
  for (unsigned i = 0; i < most; ++i) {
    for (unsigned rest = lanes; rest != 0; rest &= rest - 1) {
      const std::uint64_t begin = addresses[lane_of(rest)];
      const std::uint64_t word = begin / kBankBytes + i;
      if (word * kBankBytes >= begin + bytes) continue;
      words[count] = (word * 32 + lane_of(rest)) * kBankBytes;
      sorted &= count == 0 || words[count - 1] <= words[count];
      ++count;
    }
  }
  RequestCost cost = cost_of(words.data(), count, sorted, kBankBytes);
  cost.distinct_bytes = static_cast<unsigned>(__builtin_popcount(lanes)) * bytes;
  cost.same_address = 1;
  return cost;
}

RequestCost cost_in_constant_memory(const LaneAddresses& addresses, unsigned lanes, unsigned bytes) {
  RequestCost cost = cost_in_memory(addresses, lanes, bytes);
  cost.sectors = cost.ideal_sectors = 0;
  std::array<std::uint64_t, 32> wanted;
  auto end = wanted.begin();
  for (unsigned rest = lanes; rest != 0; rest &= rest - 1) *end++ = addresses[lane_of(rest)];
  std::sort(wanted.begin(), end);
  cost.wavefronts = static_cast<unsigned>(std::unique(wanted.begin(), end) - wanted.begin());
  cost.ideal_wavefronts = 1;
  return cost;
}

}  // namespace emulator::instrument
