#include "profile.h"

#include <algorithm>
#include <cstring>

#include "runtime/kernel_attributes.h"

namespace emulator::instrument {

namespace {

bool equal(const dim3& a, const dim3& b) { return a.x == b.x && a.y == b.y && a.z == b.z; }

template <class Wanted>
std::uint64_t global_bytes(const KernelRecord& kernel, Wanted wanted) {
  std::uint64_t sectors = 0;
  for (const auto& [key, counts] : kernel.lines) {
    const RequestKind kind = RequestKind::unpacked(std::get<1>(key));
    if (kind.space == Space::kGlobal && wanted(kind.access)) sectors += counts.sectors;
  }
  return sectors * kSectorBytes;
}

}  // namespace

std::uint64_t KernelRecord::bytes_read() const {
  return global_bytes(*this, [](Access access) { return access == Access::kRead; });
}
std::uint64_t KernelRecord::bytes_written() const {
  return global_bytes(*this, [](Access access) { return access != Access::kRead; });
}

ProfileLog& Profile::new_log(const ProgramLayout& layout) {
  logs_.push_back(std::make_unique<ProfileLog>(layout));
  return *logs_.back();
}

bool Profile::overflowed() const {
  return std::any_of(logs_.begin(), logs_.end(), [](const auto& log) { return log->overflowed(); });
}

KernelRecord& Profile::record_of(const Grid& grid) {
  const std::string name = kernel_expression(grid.site.name);
  for (KernelRecord& kernel : kernels_) {
    if (kernel.line == grid.site.line && equal(kernel.grid, grid.grid) && equal(kernel.block, grid.block) &&
        kernel.name == name && std::strcmp(kernel.file, grid.site.file) == 0) {
      return kernel;
    }
  }
  kernels_.push_back({name, grid.site.file, grid.site.line, grid.grid, grid.block, 0, 0, 0, {}, {}});
  return kernels_.back();
}

void Profile::add_launch(const Grid& grid) {
  KernelRecord& kernel = record_of(grid);
  ++kernel.launches;
  kernel.static_shared_bytes = std::max(kernel.static_shared_bytes, grid.static_shared_bytes.load());
  kernel.dynamic_shared_bytes = std::max(kernel.dynamic_shared_bytes, grid.dynamic_shared_bytes);
  for (const auto& log : logs_) {
    for (const auto& [key, counts] : log->take_counts()) kernel.lines[key].add(counts);
    for (const auto& [block, count] : log->block_counts().take()) kernel.blocks[block] += count;
  }
}

}  // namespace emulator::instrument

namespace emulator {

using instrument::current_lens;

void note_tile_load(Tile tile) noexcept {
  if (!current_lens || !current_lens->log) return;
  current_lens->log->add_tile(*current_lens, tile, instrument::Access::kRead,
                              reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)));
}

void note_tile_store(Tile tile) noexcept {
  if (!current_lens || !current_lens->log) return;
  current_lens->log->add_tile(*current_lens, tile, instrument::Access::kWrite,
                              reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)));
}

void hide_from_profile(bool hidden) noexcept {
  if (current_lens && current_lens->log) current_lens->log->hide(hidden);
}

}  // namespace emulator
