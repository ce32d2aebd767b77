/// @file
/// What is checked at every access of a kernel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lens.h"

namespace emulator::instrument {

/// Checks an access, and remembers it for the checks of later ones. It comes before the access itself.
void check_access(Lens& lens, const Attempt& attempt);
/// Looks at what the last write has written; to be called before anything else happens.
void settle_pending_write(Lens& lens);

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

}  // namespace emulator::instrument
