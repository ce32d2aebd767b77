/// @file
/// What one instruction of a warp asks of memory: sectors of global memory, passes through the banks of
/// shared memory or the cache of constant memory. Pure functions of the lanes' addresses.
#pragma once

#include <array>
#include <cstdint>

namespace emulator::instrument {

/// The addresses of a warp's lanes; those of lanes that do not take part are not read.
using LaneAddresses = std::array<std::uint64_t, 32>;

inline constexpr unsigned kSectorBytes = 32;
inline constexpr unsigned kBanks = 32;
inline constexpr unsigned kBankBytes = 4;

struct RequestCost {
  unsigned sectors = 0;           ///< distinct pieces of 32 bytes
  unsigned ideal_sectors = 0;     ///< that the same number of bytes would fill
  unsigned wavefronts = 0;        ///< shared: passes, with what bank conflicts add; constant: passes
  unsigned ideal_wavefronts = 0;  ///< shared: and without; constant: 1
  unsigned distinct_bytes = 0;
  unsigned same_address = 0;  ///< the largest number of lanes on one address
};

/// Global memory. `bytes` is the size of each lane's access.
RequestCost cost_in_memory(const LaneAddresses& addresses, unsigned lanes, unsigned bytes);

/// Shared memory: in one pass each of the 32 banks gives one word of 4 bytes, to all lanes that want it.
/// Accesses of 8 bytes go in half-warps, those of 16 in quarters.
/// @param addresses  from the start of shared memory
RequestCost cost_in_banks(const LaneAddresses& addresses, unsigned lanes, unsigned bytes);

/// Local memory. A card interleaves that of the 32 lanes word by word, so that a variable which all lanes
/// have at the same place is coalesced.
/// @param addresses  within each lane's own local memory
RequestCost cost_in_local_memory(const LaneAddresses& addresses, unsigned lanes, unsigned bytes);

/// Constant memory: its cache gives one address at a time to all lanes that want it (CUDA C++ Programming
/// Guide, "Constant Memory"). No sectors: what it reads of the card's memory is not known.
RequestCost cost_in_constant_memory(const LaneAddresses& addresses, unsigned lanes, unsigned bytes);

}  // namespace emulator::instrument
