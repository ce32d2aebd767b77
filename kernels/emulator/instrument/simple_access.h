/// @file
/// Short cuts for what most kernels do most of the time: plain accesses of 4 bytes, in order with all others.
/// They do what check_access() would, in a third of the time.
#pragma once

#include <utility>

#include "checks.h"
#include "initialized.h"

namespace emulator::instrument {

/// Takes its place among the accesses to a cell if it is in order with them.
inline bool in_order(BlockCell& cell, const Record& now, Access access) {
  const auto others = [&](const Record& record) {
    return record.interval == now.interval && record.thread != now.thread;
  };
  if (others(cell.writer)) return false;
  if (access == Access::kRead) {
    cell.add_reader(now);
  } else {
    if (others(cell.reader) || others(cell.other_reader)) return false;
    cell.writer = now;
  }
  return true;
}

inline Record simple_record(const ObservedBlock& block, std::uintptr_t pc) {
  const unsigned thread = current_index.linear;
  return {block.interval, static_cast<std::uint32_t>(pc - program_layout().text_begin),
          static_cast<std::uint16_t>(thread), 0, block.warps[thread / kWarpSize].now()};
}

/// @return false if the access is not as simple as that, and nothing has been done
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
  if (access == Access::kRead && cell.writer.interval < block.first_interval)
    return false;  // nobody has written it
  return in_order(cell, simple_record(block, pc), access);
}

/// @return false if the access is not as simple as that, and nothing has been done
inline bool check_simple_global(Lens& lens, std::uintptr_t address, Access access, std::uintptr_t pc) {
  if (address % 4 != 0 || !lens.global.covers(address)) return false;
  ObservedBlock& block = *lens.block;
  if (block.knows_grid || block.someone_knows) return false;
  if (lens.pending.address) settle_pending_write(lens);
  Page<GlobalCell>* page = lens.global.find(address);
  if (!page || page->shift != 2 || address < page->first_valid || address + 4 > page->end_valid) return false;
  if (!Initialized::instance().all(address, 4)) return false;
  GlobalCell& cell = page->cells[address % kPageBytes / 4];
  const Record now = simple_record(block, pc);
  if (!in_order(cell, now, access)) return false;
  cell.enter(page->round);
  cell.of_grid[static_cast<std::size_t>(access)].add(
      GridAccess::pack(block.block->linear, now.thread, now.pc));
  if (access == Access::kWrite) {
    page->changed = true;
    lens.pending.address = address;
    lens.pending.cell = &cell;
  }
  return true;
}

}  // namespace emulator::instrument
