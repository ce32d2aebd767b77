#include "parameters.h"

#include <emulator/parameter_names.h>

namespace emulator::instrument {

std::string parameter_name(const Grid& grid, std::uintptr_t begin, std::size_t bytes) {
  std::string names;
  for (std::size_t i = 0; i < grid.code.pointer_count; ++i) {
    const auto pointer = reinterpret_cast<std::uintptr_t>(grid.code.pointers[i]);
    if (pointer - begin >= bytes) continue;
    const std::string name = emulator::parameter_name(grid.site.name, grid.code.positions[i]);
    if (name.empty()) continue;
    if (!names.empty()) names += " or ";
    names += name;
  }
  return names;
}

}  // namespace emulator::instrument
