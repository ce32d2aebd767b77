/// @file
/// Where the runtime notes what it does; emulator/counters.h is what users see.
#pragma once

#include <cstddef>

#include <emulator/counters.h>
#include <emulator/runtime_types.h>

#include "grid.h"

namespace emulator {

void count_launch(const Grid& grid, double occupancy, double seconds);
void count_copy(cudaMemcpyKind kind, std::size_t bytes);
void count_set(std::size_t bytes);
void count_allocation(std::size_t bytes);

}  // namespace emulator
