#include "lens.h"

#include <algorithm>

namespace emulator::instrument {

EMULATOR_THREAD_LOCAL Lens* current_lens = nullptr;

void WarpClock::meet(unsigned mask, bool whole_warp) {
  const std::uint32_t met_at = ++now_;
  if (whole_warp) {
    all_met_ = met_at;
    return;
  }
  if (!met_) {
    met_ = std::make_unique<Table>();
    for (auto& row : *met_) row.fill(0);
  }
  // What one of them has learned from lanes outside, all of them know now.
  std::array<std::uint32_t, kWarpSize> together{};
  for (unsigned rest = mask; rest != 0; rest &= rest - 1) {
    const auto& row = (*met_)[static_cast<unsigned>(__builtin_ctz(rest))];
    for (unsigned other = 0; other < kWarpSize; ++other)
      together[other] = std::max(together[other], row[other]);
  }
  for (unsigned rest = mask; rest != 0; rest &= rest - 1)
    together[static_cast<unsigned>(__builtin_ctz(rest))] = met_at;
  for (unsigned rest = mask; rest != 0; rest &= rest - 1)
    (*met_)[static_cast<unsigned>(__builtin_ctz(rest))] = together;
}

}  // namespace emulator::instrument

namespace emulator {

void name_dynamic_shared(const char* name) {
  if (instrument::Lens* lens = instrument::current_lens) lens->block->dynamic_name = name;
}

}  // namespace emulator
