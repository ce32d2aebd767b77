// What is checked at every access: bounds, alignment, whether there is a value, and races within a block.
// Races between blocks are only noted here, and looked for when all blocks are done: see grid_races.cpp.
#include "checks.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "initialized.h"
#include "memory_map.h"
#include "releases.h"

namespace emulator::instrument {

namespace {

unsigned running_thread() { return current_index.linear; }

bool knows_grid(const Lens& lens) {
  return lens.block->knows_grid || lens.block->threads[running_thread()].knows_grid;
}

std::uint32_t short_pc(std::uintptr_t pc) {
  return static_cast<std::uint32_t>(pc - program_layout().text_begin);
}

/// Where an earlier access of the running block was.
Place place_of(const Lens& lens, const Record& record, Access access, unsigned bytes) {
  Place place;
  place.pc = record.pc + program_layout().text_begin;
  place.has_access = true;
  place.access = record.is_atomic ? Access::kAtomic : access;
  place.bytes = bytes;
  place.has_thread = true;
  place.block = lens.block->block->index;
  place.thread = lens.grid->thread_index(record.thread);
  return place;
}

Findings::Key key_of(const Lens& lens, FindingKind kind, Scope scope, std::uintptr_t pc,
                     std::uintptr_t other_pc) {
  return {lens.kernel, kind, scope, std::min(pc, other_pc), std::max(pc, other_pc)};
}

Finding describe(const Lens& lens, FindingKind kind, const Attempt& attempt) {
  Finding finding;
  finding.kind = kind;
  finding.launch.file = lens.grid->site.file;
  finding.launch.line = lens.grid->site.line;
  finding.first = place_of(lens, attempt.pc, attempt.access, static_cast<unsigned>(attempt.bytes));
  const auto bytes = static_cast<unsigned>(attempt.bytes);
  finding.array = attempt.address - lens.shared_begin < lens.shared_bytes
                      ? shared_array_at(lens, attempt.address, bytes)
                      : array_at(*lens.grid, attempt.address, bytes);
  return finding;
}

void report(Lens& lens, FindingKind kind, const Attempt& attempt) {
  lens.findings.add(key_of(lens, kind, Scope::kNone, attempt.pc, 0), lens.block->block->linear,
                    [&] { return describe(lens, kind, attempt); });
}

/// A mistake that may end the kernel at once.
void tell_risk(Lens& lens, FindingKind kind, const Attempt& attempt) {
  report(lens, kind, attempt);
  lens.told_a_risk = true;
}

/// The running thread conflicts with an earlier access of its block.
void report_race(Lens& lens, const Attempt& attempt, const Record& earlier, Access earlier_access) {
  const bool same_warp = earlier.thread / kWarpSize == running_thread() / kWarpSize;
  const Scope scope = same_warp ? Scope::kWarp : Scope::kBlock;
  const std::uintptr_t earlier_pc = earlier.pc + program_layout().text_begin;
  const auto make = [&](FindingKind kind) {
    Finding finding = describe(lens, kind, attempt);
    finding.scope = scope;
    finding.second = finding.first;
    finding.first = place_of(lens, earlier, earlier_access, static_cast<unsigned>(attempt.bytes));
    return finding;
  };
  // Two plain writes may write the same: that shows once the second is done.
  if (attempt.access == Access::kWrite && earlier_access == Access::kWrite && !earlier.is_atomic &&
      attempt.bytes <= lens.pending.before.size()) {
    PendingWrite& pending = lens.pending;
    if (pending.conflicts) return;
    pending.conflicts = true;
    pending.key = key_of(lens, FindingKind::kRace, scope, earlier_pc, attempt.pc);
    pending.finding = make(FindingKind::kRace);
    return;
  }
  lens.findings.add(key_of(lens, FindingKind::kRace, scope, earlier_pc, attempt.pc),
                    lens.block->block->linear, [&] { return make(FindingKind::kRace); });
}

/// Whether nothing orders an earlier access of the block before what the running thread does now.
bool unordered(const Lens& lens, const Record& earlier) {
  const ObservedBlock& block = *lens.block;
  const unsigned thread = running_thread();
  if (earlier.interval != block.interval || earlier.thread == thread) return false;
  const unsigned warp = thread / kWarpSize;
  if (earlier.thread / kWarpSize == warp &&
      block.warps[warp].ordered(thread % kWarpSize, earlier.thread % kWarpSize, earlier.warp_time)) {
    return false;
  }
  return block.threads[thread].knows_block != block.interval;
}

/// Compares an access with those before it in the block, and takes its place among them.
/// @return whether it conflicts with one
bool check_cell(Lens& lens, BlockCell& cell, const Record& now, const Attempt& attempt, bool tell) {
  const bool is_atomic = attempt.access == Access::kAtomic;
  bool conflict = false;
  const auto against = [&](const Record& earlier, Access access) {
    if (earlier.interval != now.interval || earlier.thread == now.thread) return;
    if (!unordered(lens, earlier)) return;
    conflict = true;
    if (tell) report_race(lens, attempt, earlier, access);
  };
  // `old = *p; do { ... old = atomicCAS(p, ...) }` reads what others change, and is right all the same.
  if (attempt.compares_first && cell.reader.thread == now.thread && cell.reader.interval == now.interval) {
    lens.guesses.insert(cell.reader.pc);
  }
  if (!(is_atomic && cell.writer.is_atomic)) against(cell.writer, Access::kWrite);
  if (attempt.access == Access::kRead) {
    cell.add_reader(now);
    return conflict;
  }
  against(cell.reader, Access::kRead);
  against(cell.other_reader, Access::kRead);
  cell.writer = now;
  return conflict;
}

Record record_of(const Lens& lens, const Attempt& attempt) {
  const unsigned thread = running_thread();
  return {lens.block->interval, short_pc(attempt.pc), static_cast<std::uint16_t>(thread),
          static_cast<std::uint16_t>(attempt.access == Access::kAtomic),
          lens.block->warps[thread / kWarpSize].now()};
}

/// The cells of an access that does not leave its page.
template <class Cell>
struct CellRange {
  Cell* begin;
  Cell* end;
};

template <class Cell>
CellRange<Cell> cells_of(Page<Cell>& page, std::uintptr_t address, std::size_t bytes) {
  if (const unsigned shift = granule_shift(address, bytes); shift < page.shift) page.refine(shift);
  const std::size_t in_page = address % kPageBytes;
  const std::size_t first = in_page >> page.shift;
  const std::size_t last = (std::min(in_page + bytes, kPageBytes) - 1) >> page.shift;
  return {page.cells.data() + first, page.cells.data() + last + 1};
}

/// Calls visit for each page of the access with the part that is in it.
template <class Visit>
void by_page(std::uintptr_t address, std::size_t bytes, Visit visit) {
  while (bytes > 0) {
    const std::size_t part = std::min(bytes, kPageBytes - address % kPageBytes);
    visit(address, part);
    address += part;
    bytes -= part;
  }
}

bool inside_a_shared_array(Lens& lens, std::uintptr_t address, std::size_t bytes) {
  if (lens.known_shared[0].holds(address, bytes) || lens.known_shared[1].holds(address, bytes)) return true;
  const SharedArena& arena = lens.block->block->shared;
  const auto in = [&](std::size_t offset, std::size_t size) {
    const Lens::Range range{lens.shared_begin + offset, size};
    if (!range.holds(address, bytes)) return false;
    lens.known_shared[1] = std::exchange(lens.known_shared[0], range);
    return true;
  };
  if (in(0, arena.dynamic_bytes())) return true;
  return std::any_of(arena.arrays().begin(), arena.arrays().end(),
                     [&](const SharedArray& array) { return in(array.offset, array.bytes); });
}

void note_pending(Lens& lens, const Attempt& attempt, bool in_global) {
  if (attempt.access != Access::kWrite || attempt.bytes > lens.pending.before.size()) return;
  PendingWrite& pending = lens.pending;
  if (!in_global && !pending.conflicts) return;
  pending.address = attempt.address;
  pending.bytes = static_cast<unsigned>(attempt.bytes);
  pending.in_global = in_global;
  if (pending.conflicts) {
    std::memcpy(pending.before.data(), reinterpret_cast<const void*>(attempt.address), attempt.bytes);
  }
}

void check_shared(Lens& lens, const Attempt& attempt) {
  ObservedBlock& block = *lens.block;
  if (!inside_a_shared_array(lens, attempt.address, attempt.bytes)) {
    report(lens, FindingKind::kOutOfBounds, attempt);
    return;
  }
  const Record now = record_of(lens, attempt);
  bool tell = true, initialized = true;
  by_page(attempt.address, attempt.bytes, [&](std::uintptr_t address, std::size_t bytes) {
    Page<BlockCell>* page = block.shared.find(address);
    if (!page) page = &block.shared.make(address);
    const CellRange<BlockCell> cells = cells_of(*page, address, bytes);
    for (BlockCell* cell = cells.begin; cell != cells.end; ++cell) {
      if (cell->writer.interval < block.first_interval) initialized = false;
      if (check_cell(lens, *cell, now, attempt, tell)) tell = false;
    }
  });
  if (!initialized && attempt.reads) report(lens, FindingKind::kUninitialized, attempt);
  note_pending(lens, attempt, false);
}

/// Notes the access for what other blocks do; blocks that have learned of each other through atomics take
/// turns.
void note_for_grid(const Lens& lens, GlobalCell& cell, const Attempt& attempt) {
  if (knows_grid(lens)) return;
  cell.of_grid[static_cast<std::size_t>(attempt.access)].add(
      GridAccess::pack(lens.block->block->linear, running_thread(), short_pc(attempt.pc)));
}

/// An access outside of all allocations would end the kernel, at a moment that depends on what other workers
/// have done by then. So it goes on, with some memory there, and the launch fails when it is through: the
/// findings are all of them, and the same every time.
void keep_going(Lens& lens, std::uintptr_t address, std::size_t bytes) {
  constexpr unsigned kMostPages = 4096;
  for (const std::uintptr_t at : {address, address + bytes - 1}) {
    if (lens.pages_opened >= kMostPages) return;
    if (DeviceMemory::instance().open_stray_page(reinterpret_cast<const void*>(at))) ++lens.pages_opened;
  }
}

void check_global(Lens& lens, Shadow<GlobalCell>& shadow, const Attempt& attempt, bool in_window) {
  const Record now = record_of(lens, attempt);
  bool tell = true, told_uninitialized = false;
  by_page(attempt.address, attempt.bytes, [&](std::uintptr_t address, std::size_t bytes) {
    Page<GlobalCell>* page = shadow.find(address);
    if (!page) {
      page = &shadow.make(address);
      if (in_window) {
        if (const TrackedAllocation* allocation = MemoryMap::instance().find_in_page(address)) {
          page->first_valid = allocation->begin;
          page->end_valid = allocation->begin + allocation->bytes;
        }
      } else {
        page->end_valid = UINTPTR_MAX;
      }
    }
    if (address < page->first_valid || address + bytes > page->end_valid) {
      if (in_window) keep_going(lens, address, bytes);
      if (!tell) return;
      tell = false;
      const bool freed = MemoryMap::instance().find_freed(address) != nullptr;
      tell_risk(lens, freed ? FindingKind::kUseAfterFree : FindingKind::kOutOfBounds, attempt);
      return;
    }
    page->changed |= attempt.access != Access::kRead;
    const bool initialized = !in_window || Initialized::instance().all(address, bytes);
    const CellRange<GlobalCell> cells = cells_of(*page, address, bytes);
    for (GlobalCell* cell = cells.begin; cell != cells.end; ++cell) {
      cell->enter(page->round);
      if (check_cell(lens, *cell, now, attempt, tell)) tell = false;
      note_for_grid(lens, *cell, attempt);
    }
    if (!initialized) {
      if (!attempt.reads) {
        Initialized::instance().set(address, bytes);
      } else if (!told_uninitialized) {
        // Another block may write it in this launch; then this is a race, which the end of the launch shows.
        told_uninitialized = true;
        page->changed = true;
        const std::uint64_t packed =
            GridAccess::pack(lens.block->block->linear, running_thread(), short_pc(attempt.pc));
        cells.begin->inverted_uninitialized = std::max(cells.begin->inverted_uninitialized, ~packed);
        if (attempt.access == Access::kAtomic) Initialized::instance().set(address, bytes);
      }
    }
  });
  note_pending(lens, attempt, true);
}

bool is_misaligned(const Lens& lens, const Attempt& attempt) {
  constexpr std::size_t kWidestScalar = 8;
  if (attempt.bytes > kWidestScalar) return lens.misaligned_vectors.count(attempt.address) != 0;
  return attempt.is_aligned && attempt.address % attempt.bytes != 0;
}

/// Neither shared nor device memory: a stack, the runtime's own data, or a mistake.
void check_elsewhere(Lens& lens, const Attempt& attempt) {
  const std::uintptr_t page = attempt.address / kPageBytes;
  std::uintptr_t& known = lens.ignored_pages[page % lens.ignored_pages.size()];
  if (known == page) return;
  const KernelCode& code = lens.grid->code;
  if (attempt.address - reinterpret_cast<std::uintptr_t>(code.arguments) < code.argument_bytes) return;
  // Where the lanes of a warp leave what they bring to a shuffle.
  const std::vector<Warp>& warps = lens.block->block->warps;
  if (attempt.address - reinterpret_cast<std::uintptr_t>(warps.data()) < warps.size() * sizeof(Warp)) return;
  if (attempt.address < kPageBytes * 16) return;  // the access itself ends the kernel
  if (MemoryMap::instance().is_host_memory(*lens.worker, attempt.address)) {
    tell_risk(lens, FindingKind::kHostPointer, attempt);
    return;
  }
  known = page;
}

}  // namespace

Place place_of(const Lens& lens, std::uintptr_t pc, Access access, unsigned bytes) {
  Place place;
  place.pc = pc;
  place.has_access = true;
  place.access = access;
  place.bytes = bytes;
  place.has_thread = true;
  place.block = lens.block->block->index;
  place.thread = current_index.xyz;
  return place;
}

void settle_pending_write(Lens& lens) {
  PendingWrite& pending = lens.pending;
  if (pending.cell) {
    pending.cell->note_value(*reinterpret_cast<const std::uint32_t*>(pending.address));
    pending.cell = nullptr;
    pending.address = 0;
    return;
  }
  if (pending.conflicts) {
    const bool same = std::memcmp(pending.before.data(), reinterpret_cast<const void*>(pending.address),
                                  pending.bytes) == 0;
    if (same) {
      std::get<FindingKind>(pending.key) = FindingKind::kSameValueRace;
      pending.finding.kind = FindingKind::kSameValueRace;
    }
    lens.findings.add(pending.key, lens.block->block->linear, [&] { return pending.finding; });
    pending.conflicts = false;
  }
  if (pending.in_global) {
    Shadow<GlobalCell>& shadow = lens.global.covers(pending.address) ? lens.global : lens.static_data;
    by_page(pending.address, pending.bytes, [&](std::uintptr_t address, std::size_t bytes) {
      Page<GlobalCell>* page = shadow.find(address);
      if (!page || address < page->first_valid || address + bytes > page->end_valid) return;
      const CellRange<GlobalCell> cells = cells_of(*page, address, bytes);
      const std::size_t granule = std::size_t{1} << page->shift;
      std::uintptr_t at = address / granule * granule;
      for (GlobalCell* cell = cells.begin; cell != cells.end; ++cell, at += granule) {
        std::uint32_t value = 0;
        std::memcpy(&value, reinterpret_cast<const void*>(at), granule);
        cell->note_value(value);
      }
    });
  }
  pending.address = 0;
  pending.in_global = false;
}

void check_access(Lens& lens, const Attempt& attempt) {
  const Undisturbed undisturbed(*lens.worker);
  if (lens.pending.address) settle_pending_write(lens);
  look_again(*lens.block, running_thread());
  const bool in_shared = attempt.address - lens.shared_begin < lens.shared_bytes;
  const bool in_window = !in_shared && lens.global.covers(attempt.address);
  lens.told_a_risk = false;
  if ((in_shared || in_window) && is_misaligned(lens, attempt)) {
    tell_risk(lens, FindingKind::kMisaligned, attempt);
  }
  if (in_shared) {
    check_shared(lens, attempt);
  } else if (in_window || lens.static_data.covers(attempt.address)) {
    Attempt seen = attempt;
    // Flags that blocks wait for are volatile as a rule. In shared memory a volatile access is like any
    // other: warps that rely on it alone are wrong on every card since Volta.
    if (attempt.is_volatile) {
      seen.access = Access::kAtomic;
      if (attempt.access == Access::kWrite) {
        Releases::instance().release_now(lens, attempt.address);
      } else {
        lens.block->threads[running_thread()].polled = attempt.address;
        lens.block->someone_knows = true;  // perhaps
      }
    }
    check_global(lens, in_window ? lens.global : lens.static_data, seen, in_window);
  } else {
    check_elsewhere(lens, attempt);
  }
}

}  // namespace emulator::instrument
