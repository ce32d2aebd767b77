/// @file
/// Where `__constant__` variables are, so that profiles can tell them from global memory. The translator
/// notes it behind every declaration.
#pragma once

#include <cstddef>
#include <cstdint>

namespace emulator {

/// Registers a variable while the program starts.
struct ConstantVariable {
  ConstantVariable(const volatile void* variable, std::size_t bytes);
};

/// Whether a `__constant__` variable holds the address. Not before all of them are registered.
bool is_constant_memory(std::uintptr_t address);

}  // namespace emulator
