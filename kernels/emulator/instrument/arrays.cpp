// Which array an address belongs to, by the names that the program's text has for it.
#include <dlfcn.h>

#include <emulator/constant_memory.h>

#include "checks.h"
#include "memory_map.h"
#include "parameters.h"

namespace emulator::instrument {

ArrayPlace array_at(const Grid& grid, std::uintptr_t address, unsigned bytes) {
  ArrayPlace array;
  array.element_bytes = bytes;
  const ProgramLayout& layout = program_layout();
  if (address - layout.window_begin >= layout.window_bytes) {
    Dl_info info;
    if (dladdr(reinterpret_cast<const void*>(address), &info) == 0) return array;
    array.space = is_constant_memory(address) ? "constant" : "global";
    if (info.dli_sname) {
      array.name = info.dli_sname;
      array.offset = static_cast<std::int64_t>(address - reinterpret_cast<std::uintptr_t>(info.dli_saddr));
    }
    return array;
  }
  const MemoryMap& map = MemoryMap::instance();
  const TrackedAllocation* allocation = map.find(address);
  if (!allocation) allocation = map.find_freed(address);
  if (!allocation) allocation = map.find_near(address);
  if (!allocation) return array;
  array.space = "global";
  array.name = parameter_name(grid, allocation->begin, allocation->bytes);
  array.bytes = allocation->bytes;
  array.offset = static_cast<std::int64_t>(address) - static_cast<std::int64_t>(allocation->begin);
  array.declared.pc = allocation->allocated_at;
  array.freed.pc = allocation->freed_at;
  return array;
}

ArrayPlace shared_array_at(const Lens& lens, std::uintptr_t address, unsigned bytes) {
  ArrayPlace array;
  array.space = "shared";
  array.element_bytes = bytes;
  const SharedArena& arena = lens.block->block->shared;
  const std::size_t offset = address - lens.shared_begin;
  // The one that holds the address, or whose begin or end it misses by the least.
  const SharedArray* best = nullptr;
  const auto distance = [&](std::size_t begin, std::size_t size) {
    return offset < begin ? begin - offset : offset < begin + size ? 0 : offset - (begin + size) + 1;
  };
  std::size_t nearest = arena.dynamic_bytes() != 0 ? distance(0, arena.dynamic_bytes()) : SIZE_MAX;
  for (const SharedArray& candidate : arena.arrays()) {
    if (const std::size_t missed = distance(candidate.offset, candidate.bytes); missed < nearest) {
      nearest = missed;
      best = &candidate;
    }
  }
  if (best) {
    array.name = best->name;
    array.bytes = best->bytes;
    array.offset = static_cast<std::int64_t>(offset) - static_cast<std::int64_t>(best->offset);
    array.declared.file = lens.grid->site.file;
    array.declared.line = best->line;
  } else {
    if (lens.block->dynamic_name) array.name = lens.block->dynamic_name;
    array.bytes = arena.dynamic_bytes();
    array.offset = static_cast<std::int64_t>(offset);
  }
  return array;
}

}  // namespace emulator::instrument
