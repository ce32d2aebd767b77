/// @file
/// The names that a kernel has for the memory it is given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "runtime/grid.h"

namespace emulator::instrument {

/// The kernel parameter that points into an allocation: "a"; "a or b" if there are two; "" if none does.
std::string parameter_name(const Grid& grid, std::uintptr_t begin, std::size_t bytes);

}  // namespace emulator::instrument
