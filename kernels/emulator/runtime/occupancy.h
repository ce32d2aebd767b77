/// @file
/// How many blocks a multiprocessor of the emulated card holds at once.
#pragma once

#include <cstddef>

namespace emulator {

/// Blocks resident on one multiprocessor, as threads, blocks and shared memory allow; 0 if the block cannot
/// run. Registers, which may lower it on a card, are unknown here: they are taken not to be the limit.
int resident_blocks(std::size_t block_threads, std::size_t static_shared_bytes,
                    std::size_t dynamic_shared_bytes);

/// How much of a multiprocessor's threads the kernel's blocks fill, and what keeps it from more.
struct Occupancy {
  double of_threads;  ///< 0 to 1
  const char* limit;  ///< "threads", "blocks" or "shared memory"
};
Occupancy occupancy_of(std::size_t block_threads, std::size_t static_shared_bytes,
                       std::size_t dynamic_shared_bytes);

}  // namespace emulator
