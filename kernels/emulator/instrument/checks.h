/// @file
/// What is checked at every access of a kernel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lens.h"

namespace emulator::instrument {

/// An access, as the program makes it.
struct Attempt {
  std::uintptr_t address;
  std::size_t bytes;
  Access access;
  bool is_volatile;
  bool is_aligned;      ///< the instruction needs an address that is a multiple of the size
  bool compares_first;  ///< atomicCAS
  std::uintptr_t pc;    ///< behind the call that reports it
};

/// Checks an access, and remembers it for the checks of later ones. It comes before the access itself.
void check_access(Lens& lens, const Attempt& attempt);
/// Looks at what the last write has written; to be called before anything else happens.
void settle_pending_write(Lens& lens);

/// Does what check_access does where that is short: a plain access of 4 bytes to shared memory, in order with
/// all others. Most accesses of most kernels are of this kind; apart from the rest, they take half the time.
/// @return false if it is something else, and nothing has been done
inline bool check_simple_shared(Lens& lens, std::uintptr_t address, Access access, std::uintptr_t pc);

/// Which addresses the program's own variables have, and the window of device memory.
struct ProgramLayout {
  std::uintptr_t text_begin = 0;
  std::uintptr_t data_begin = 0, data_end = 0;
  std::uintptr_t window_begin = 0;
  std::size_t window_bytes = 0;
};
extern ProgramLayout layout_of_program;
inline const ProgramLayout& program_layout() { return layout_of_program; }

/// A place for reports: the instruction, and the running thread.
Place place_of(const Lens& lens, std::uintptr_t pc, Access access, unsigned bytes);
/// The array that holds an address of device memory, or that it misses; empty if there is none near it.
ArrayPlace array_at(const Grid& grid, std::uintptr_t address, unsigned bytes);
/// The same for shared memory of the block that runs.
ArrayPlace shared_array_at(const Lens& lens, std::uintptr_t address, unsigned bytes);

inline bool check_simple_shared(Lens& lens, std::uintptr_t address, Access access, std::uintptr_t pc) {
  if (address % 4 != 0 || lens.pending.address) return false;
  if (!lens.known_shared[0].holds(address, 4)) {
    if (!lens.known_shared[1].holds(address, 4)) return false;
    std::swap(lens.known_shared[0], lens.known_shared[1]);
  }
  ObservedBlock& block = *lens.block;
  Page<BlockCell>* page = block.shared.find(address);
  if (!page || page->shift != 2) return false;
  BlockCell& cell = page->cells[address % kPageBytes / 4];
  const std::uint32_t interval = block.interval;
  const unsigned thread = current_index.linear;
  const auto others = [&](const Record& record) {
    return record.interval == interval && record.thread != thread;
  };
  if (others(cell.writer)) return false;
  const Record now{interval, static_cast<std::uint32_t>(pc - program_layout().text_begin),
                   static_cast<std::uint16_t>(thread), 0, block.warps[thread / kWarpSize].now()};
  if (access == Access::kRead) {
    if (cell.writer.interval < block.first_interval) return false;
    if (others(cell.reader) && cell.reader.thread / kWarpSize != thread / kWarpSize)
      cell.other_reader = cell.reader;
    cell.reader = now;
  } else {
    if (others(cell.reader) || others(cell.other_reader)) return false;
    cell.writer = now;
  }
  return true;
}

}  // namespace emulator::instrument
