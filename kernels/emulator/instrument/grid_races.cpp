#include "grid_races.h"

#include <algorithm>
#include <set>

#include "checks.h"
#include "memory_map.h"

namespace emulator::instrument {

namespace {

Place place_in(const Grid& grid, std::uint64_t packed, Access access, unsigned bytes) {
  Place place;
  place.pc = GridAccess::pc(packed) + program_layout().text_begin;
  place.has_access = true;
  place.access = access;
  place.bytes = bytes;
  place.has_thread = true;
  place.block = grid.block_index(GridAccess::block(packed));
  place.thread = grid.thread_index(GridAccess::thread(packed));
  return place;
}

struct Pair {
  std::uint64_t first = 0, second = 0;
  bool found = false;
};

/// An access of each range, of different blocks.
Pair of_different_blocks(const AccessRange& a, const AccessRange& b) {
  if (a.empty() || b.empty()) return {};
  for (const auto& [first, second] : {std::pair(a.lowest(), b.highest), std::pair(a.lowest(), b.lowest()),
                                      std::pair(a.highest, b.lowest()), std::pair(a.highest, b.highest)}) {
    if (GridAccess::block(first) != GridAccess::block(second)) return {first, second, true};
  }
  return {};
}

class GridComparison {
 public:
  GridComparison(const Grid& grid, unsigned kernel, Findings& findings)
      : grid_(grid), kernel_(kernel), findings_(findings) {}

  void compare(const GlobalCell& cell, std::uintptr_t address, unsigned bytes) {
    const AccessRange& reads = cell.of_grid[static_cast<std::size_t>(Access::kRead)];
    const AccessRange& writes = cell.of_grid[static_cast<std::size_t>(Access::kWrite)];
    const AccessRange& atomics = cell.of_grid[static_cast<std::size_t>(Access::kAtomic)];
    if (writes.empty() && atomics.empty() && cell.inverted_uninitialized == 0) return;  // most are only read
    if (const Pair pair = of_different_blocks(writes, writes); pair.found) {
      add(pair, Access::kWrite, Access::kWrite, address, bytes,
          cell.values_differ ? FindingKind::kRace : FindingKind::kSameValueRace);
    }
    const std::uint64_t reader = ~cell.inverted_uninitialized;
    // What atomics make of a value that nobody has written is none either.
    const bool by_atomic = !atomics.empty() && GridAccess::pc(atomics.lowest()) == GridAccess::pc(reader);
    const bool nobody_else = cell.inverted_uninitialized != 0 && !written_by_other(writes, reader) &&
                             (by_atomic || !written_by_other(atomics, reader));
    if (const Pair pair = of_different_blocks(writes, reads); pair.found) {
      add(pair, Access::kWrite, Access::kRead, address, bytes, FindingKind::kRace);
    }
    if (const Pair pair = of_different_blocks(writes, atomics); pair.found) {
      add(pair, Access::kWrite, Access::kAtomic, address, bytes, FindingKind::kRace);
    }
    if (const Pair pair = of_different_blocks(atomics, reads); pair.found) {
      add(pair, Access::kAtomic, Access::kRead, address, bytes, FindingKind::kRace);
    }
    if (nobody_else) add_uninitialized(reader, by_atomic ? Access::kAtomic : Access::kRead, address, bytes);
  }

 private:
  static bool written_by_other(const AccessRange& range, std::uint64_t reader) {
    return !range.empty() && (GridAccess::block(range.lowest()) != GridAccess::block(reader) ||
                              GridAccess::block(range.highest) != GridAccess::block(reader));
  }

  Finding begin(FindingKind kind, std::uintptr_t address, unsigned bytes) const {
    Finding finding;
    finding.kind = kind;
    finding.launch.file = grid_.site.file;
    finding.launch.line = grid_.site.line;
    finding.array = array_at(grid_, address, bytes);
    return finding;
  }

  void add(Pair pair, Access first, Access second, std::uintptr_t address, unsigned bytes, FindingKind kind) {
    // One look at an address is one finding, and of the two the lower block's comes first.
    if (GridAccess::block(pair.first) > GridAccess::block(pair.second)) {
      std::swap(pair.first, pair.second);
      std::swap(first, second);
    }
    const std::uint64_t a = GridAccess::pc(pair.first), b = GridAccess::pc(pair.second);
    findings_.add({kernel_, kind, Scope::kGrid, std::min(a, b) + text(), std::max(a, b) + text()},
                  GridAccess::block(pair.first), [&] {
                    Finding finding = begin(kind, address, bytes);
                    finding.scope = Scope::kGrid;
                    finding.first = place_in(grid_, pair.first, first, bytes);
                    finding.second = place_in(grid_, pair.second, second, bytes);
                    return finding;
                  });
  }

  void add_uninitialized(std::uint64_t reader, Access access, std::uintptr_t address, unsigned bytes) {
    findings_.add({kernel_, FindingKind::kUninitialized, Scope::kNone, GridAccess::pc(reader) + text(), 0},
                  GridAccess::block(reader), [&] {
                    Finding finding = begin(FindingKind::kUninitialized, address, bytes);
                    finding.first = place_in(grid_, reader, access, bytes);
                    return finding;
                  });
  }

  static std::uint64_t text() { return program_layout().text_begin; }

  const Grid& grid_;
  unsigned kernel_;
  Findings& findings_;
};

void merge_cell(GlobalCell& into, const GlobalCell& from) {
  for (std::size_t kind = 0; kind < into.of_grid.size(); ++kind) into.of_grid[kind].add(from.of_grid[kind]);
  into.inverted_uninitialized = std::max(into.inverted_uninitialized, from.inverted_uninitialized);
  into.values_differ |= from.values_differ || (into.has_value && from.has_value && into.value != from.value);
  if (from.has_value) into.value = from.value;
  into.has_value |= from.has_value;
}

/// What the cells still hold of earlier launches goes.
void enter_round(Page<GlobalCell>& page) {
  for (GlobalCell& cell : page.cells) cell.enter(page.round);
}

void merge_page(Page<GlobalCell>& into, Page<GlobalCell>& from) {
  if (from.shift < into.shift) into.refine(from.shift);
  if (into.shift < from.shift) from.refine(into.shift);
  for (std::size_t i = 0; i < into.cells.size(); ++i) merge_cell(into.cells[i], from.cells[i]);
}

void compare_pages(GridComparison& comparison, Shadow<GlobalCell> Lens::*shadow,
                   const std::vector<std::unique_ptr<Lens>>& lenses) {
  std::set<std::uintptr_t> pages;
  for (const auto& lens : lenses) {
    const std::vector<std::uintptr_t>& touched = (lens.get()->*shadow).touched();
    pages.insert(touched.begin(), touched.end());
  }
  for (const std::uintptr_t begin : pages) {
    std::vector<Page<GlobalCell>*> of_workers;
    bool changed = false;
    for (const auto& lens : lenses) {
      Page<GlobalCell>* page = (lens.get()->*shadow).find(begin);
      if (!page) continue;
      of_workers.push_back(page);
      changed |= page->changed;
    }
    if (!changed) continue;  // what is only read cannot race
    Page<GlobalCell>* merged = nullptr;
    for (Page<GlobalCell>* page : of_workers) {
      enter_round(*page);
      if (merged) {
        merge_page(*merged, *page);
      } else {
        merged = page;
      }
    }
    const unsigned bytes = 1u << merged->shift;
    for (std::size_t i = 0; i < merged->cells.size(); ++i) {
      comparison.compare(merged->cells[i], begin + i * bytes, bytes);
    }
  }
  for (const auto& lens : lenses) (lens.get()->*shadow).next_round();
}

}  // namespace

void find_grid_races(const Grid& grid, unsigned kernel, const std::vector<std::unique_ptr<Lens>>& lenses,
                     Findings& findings) {
  GridComparison comparison(grid, kernel, findings);
  compare_pages(comparison, &Lens::global, lenses);
  compare_pages(comparison, &Lens::static_data, lenses);
}

}  // namespace emulator::instrument
