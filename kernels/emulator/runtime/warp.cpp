#include "warp.h"

#include <fmt/format.h>

#include <cstring>
#include <string>

#include "report.h"
#include "scheduling.h"

namespace emulator {

namespace {

/// A waiting lane with this mask waits in __activemask(), which names nobody. No collective has an empty
/// mask.
constexpr unsigned kAsksWhoIsActive = 0;

bool all_wait_with(const Warp& warp, unsigned mask) {
  if ((warp.arrived & mask) != mask) return false;
  for (unsigned rest = mask; rest != 0; rest &= rest - 1) {
    if (warp.masks[__builtin_ctz(rest)] != mask) return false;
  }
  return true;
}

[[noreturn, gnu::cold, gnu::noinline]] void fail_mixed(Worker& worker, const Warp& warp, unsigned lane,
                                                       unsigned other) {
  worker.begin_leaving();
  worker.grid().fail(cudaErrorLaunchFailure,
                     failure_here(FailureKind::kWarpMask, worker, {warp.files[lane], warp.lines[lane]},
                                  {warp.files[other], warp.lines[other]}),
                     describe_mixed_collectives(worker, warp, lane, other));
  worker.abandon();
}

[[noreturn, gnu::cold, gnu::noinline]] void fail_not_in_mask(const char* name, unsigned lane, unsigned mask,
                                                             CodeLine where) {
  fault(cudaErrorLaunchFailure, FailureKind::kWarpMask,
        fmt::format("{} was called by lane {}, which its mask 0x{:08x} does not name", name, lane, mask),
        where);
}

/// Put together here and not in the argument of fault(): what is left on an abandoned stack leaks.
[[gnu::cold, gnu::noinline]] std::string describe_exited(const char* name, const Block& block, unsigned warp,
                                                         unsigned gone, unsigned mask) {
  const auto lane = static_cast<unsigned>(__builtin_ctz(gone));
  const CodeLine line = block.exit_of(warp * kWarpSize + lane);
  return fmt::format("{} names lane {} in its mask 0x{:08x}, but that thread has left the kernel{}", name,
                     lane, mask, line.file ? " at " + describe(line) : "");
}

[[noreturn, gnu::cold, gnu::noinline]] void fail_exited(const char* name, const Block& block, unsigned warp,
                                                        unsigned gone, unsigned mask, CodeLine where) {
  fault(cudaErrorLaunchFailure, FailureKind::kWarpMask, describe_exited(name, block, warp, gone, mask), where,
        block.exit_of(warp * kWarpSize + static_cast<unsigned>(__builtin_ctz(gone))));
}

/// The lanes of `mask` must have called the same function on the same line; __syncwarp may be on several.
void check_same_call(Worker& worker, const Warp& warp, unsigned mask, unsigned lane) {
  for (unsigned rest = mask; rest != 0; rest &= rest - 1) {
    const auto other = static_cast<unsigned>(__builtin_ctz(rest));
    const bool same =
        warp.combines[other] == warp.combines[lane] &&
        (warp.lines[other] == warp.lines[lane] || std::strcmp(warp.names[lane], "__syncwarp") == 0);
    if (__builtin_expect(!same, 0)) fail_mixed(worker, warp, lane, other);
  }
}

void run_combine(const Warp& warp, unsigned mask, WarpCombine combine) {
  if (mask == ~0u) {
    combine(warp.slots.data(), mask);
    return;
  }
  void* slots[kWarpSize] = {};
  for (unsigned rest = mask; rest != 0; rest &= rest - 1) {
    const unsigned lane = __builtin_ctz(rest);
    slots[lane] = warp.slots[lane];
  }
  combine(slots, mask);
}

unsigned exited_lanes(const Block& block, unsigned warp) {
  unsigned exited = 0;
  const unsigned first = warp * kWarpSize;
  for (unsigned lane = 0; lane < kWarpSize && first + lane < block.size; ++lane) {
    exited |= static_cast<unsigned>(block.has_exited[first + lane]) << lane;
  }
  return exited;
}

}  // namespace

void warp_rendezvous(unsigned mask, void* slot, WarpCombine combine, const char* name, CodeLine where) {
  if (!current_worker) refuse_in_host_code(name, where);
  Worker& worker = *current_worker;
  Block& block = worker.block();
  const unsigned lane = current_index.linear % kWarpSize;
  const unsigned number = current_index.linear / kWarpSize;
  Warp& warp = block.warps[number];
  mask &= block.lanes_of_warp(number);

  if (__builtin_expect(!(mask >> lane & 1), 0)) fail_not_in_mask(name, lane, mask, where);
  if (__builtin_expect(block.exited != 0, 0)) {
    if (const unsigned gone = mask & exited_lanes(block, number))
      fail_exited(name, block, number, gone, mask, where);
  }
  warp.masks[lane] = mask;
  warp.lines[lane] = where.line;
  warp.slots[lane] = slot;
  warp.combines[lane] = combine;
  warp.files[lane] = where.file;
  warp.names[lane] = name;
  warp.arrived |= 1u << lane;
  if (all_wait_with(warp, mask)) {
    check_same_call(worker, warp, mask, lane);
    run_combine(warp, mask, combine);
    if (__builtin_expect(observer != nullptr, 0)) observer->warp_met(block, number, mask, name);
    warp.arrived &= ~mask;
    worker.release_lanes(number, mask);
  }
  worker.suspend(where);
}

unsigned active_mask(CodeLine where) {
  if (!current_worker) refuse_in_host_code("__activemask", where);
  Worker& worker = *current_worker;
  Block& block = worker.block();
  const unsigned lane = current_index.linear % kWarpSize;
  const unsigned number = current_index.linear / kWarpSize;
  Warp& warp = block.warps[number];
  unsigned answer = 0;
  warp.masks[lane] = kAsksWhoIsActive;
  warp.lines[lane] = where.line;
  warp.slots[lane] = &answer;
  warp.combines[lane] = nullptr;
  warp.files[lane] = where.file;
  warp.names[lane] = "__activemask";
  warp.arrived |= 1u << lane;
  worker.suspend(where);  // until all other lanes wait as well, here or elsewhere: see resolve_active_masks
  return answer;
}

bool resolve_active_masks(Worker& worker) {
  Block& block = worker.block();
  bool any = false;
  for (unsigned number = 0; number * kWarpSize < block.size; ++number) {
    Warp& warp = block.warps[number];
    unsigned asking = 0;
    for (unsigned rest = warp.arrived; rest != 0; rest &= rest - 1) {
      const unsigned lane = __builtin_ctz(rest);
      if (warp.masks[lane] == kAsksWhoIsActive) asking |= 1u << lane;
    }
    while (asking != 0) {
      const unsigned line = warp.lines[__builtin_ctz(asking)];
      unsigned together = 0;
      for (unsigned rest = asking; rest != 0; rest &= rest - 1) {
        if (warp.lines[__builtin_ctz(rest)] == line) together |= rest & -rest;
      }
      for (unsigned rest = together; rest != 0; rest &= rest - 1) {
        *static_cast<unsigned*>(warp.slots[__builtin_ctz(rest)]) = together;
      }
      warp.arrived &= ~together;
      worker.release_lanes(number, together);
      asking &= ~together;
      any = true;
    }
  }
  return any;
}

}  // namespace emulator
