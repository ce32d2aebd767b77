#include "profile_log.h"

#include <algorithm>
#include <utility>

#include <emulator/constant_memory.h>

#include "loop_keys.h"

namespace emulator::instrument {

void RequestCounts::add(const RequestCost& cost, unsigned active_lanes) {
  ++requests;
  lanes += active_lanes;
  sectors += cost.sectors;
  ideal_sectors += cost.ideal_sectors;
  wavefronts += cost.wavefronts;
  ideal_wavefronts += cost.ideal_wavefronts;
  max_wavefronts = std::max<std::uint64_t>(max_wavefronts, cost.wavefronts);
  distinct_bytes += cost.distinct_bytes;
  same_address += cost.same_address;
}

void RequestCounts::add(const RequestCounts& other) {
  requests += other.requests;
  lanes += other.lanes;
  sectors += other.sectors;
  ideal_sectors += other.ideal_sectors;
  wavefronts += other.wavefronts;
  ideal_wavefronts += other.ideal_wavefronts;
  max_wavefronts = std::max(max_wavefronts, other.max_wavefronts);
  distinct_bytes += other.distinct_bytes;
  same_address += other.same_address;
}

void ProfileLog::begin_block(ObservedBlock& block) {
  if (!block.log) {
    blocks_.push_back(std::make_unique<BlockLog>());
    block.log = blocks_.back().get();
  }
  const unsigned threads = block.block->size;
  block.log->loop_keys.assign(threads, 0);
  block.log->warps.resize(
      std::max<std::size_t>(block.log->warps.size(), (threads + kWarpSize - 1) / kWarpSize));
}

void ProfileLog::add_tile(const Lens& lens, const Tile& tile, Access access, std::uintptr_t pc) {
  const std::size_t piece = std::min(tile.line_bytes, kVectorBytes);
  const std::size_t in_line = tile.line_bytes / piece;
  for (std::size_t i = current_index.linear % kWarpSize; i < tile.lines * in_line; i += kWarpSize) {
    const auto line = reinterpret_cast<std::uintptr_t>(tile.memory) + i / in_line * tile.stride_bytes;
    add(lens, line + i % in_line * piece, piece, kVectorBytes, access, pc);
  }
}

void ProfileLog::show_block(const ObservedBlock& block) {
  shown_ = block.log;
  shown_block_ = block.block;
  current_loop_keys = shown_->loop_keys.data();
}

void ProfileLog::take_warp(ObservedBlock& block, unsigned warp) {
  if (WarpLog* log = block.log->warps[warp].get()) take(*log);
}

void ProfileLog::take_block(ObservedBlock& block) {
  for (const auto& log : block.log->warps) {
    if (log) take(*log);
  }
}

void ProfileLog::end_block(ObservedBlock& block) {
  for (auto& log : block.log->warps) {
    if (log) retire(log);
  }
}

void ProfileLog::stop() {
  hidden_ = false;
  shown_ = nullptr;
  shown_block_ = nullptr;
  current_loop_keys = nullptr;
  for (const auto& block : blocks_) {
    for (auto& log : block->warps) {
      if (!log) continue;
      log->take([](const WarpLog::Row&, const LaneAddresses&) {});
      idle_.push_back(std::move(log));
    }
  }
}

/// A log for a warp that has none, or whose log is full. In a kernel without barriers one warp ends before
/// the next one begins: then its log is used again, which keeps a few in the processor's cache.
WarpLog& ProfileLog::begin_warp(unsigned warp) {
  std::unique_ptr<WarpLog>& log = shown_->warps[warp];
  if (log) {
    overflowed_ = true;
    take(*log);
    return *log;
  }
  const auto& exited = shown_block_->has_exited;
  for (unsigned other = 0; shown_block_->exited != 0 && other * kWarpSize < shown_block_->size; ++other) {
    const unsigned end = std::min(shown_block_->size, (other + 1) * kWarpSize);
    if (shown_->warps[other] && std::all_of(exited.begin() + other * kWarpSize, exited.begin() + end,
                                            [](auto has_exited) { return has_exited != 0; })) {
      retire(shown_->warps[other]);
    }
  }
  if (idle_.empty()) idle_.push_back(std::make_unique<WarpLog>());
  log = std::move(idle_.back());
  idle_.pop_back();
  return *log;
}

void ProfileLog::retire(std::unique_ptr<WarpLog>& log) {
  take(*log);
  idle_.push_back(std::move(log));
}

void ProfileLog::take(WarpLog& log) {
  log.take([&](const WarpLog::Row& row, const LaneAddresses& addresses) {
    const RequestKind kind = RequestKind::unpacked(row.kind);
    RequestCost cost;
    switch (kind.space) {
      case Space::kGlobal:
        cost = cost_in_memory(addresses, row.lanes, kind.bytes);
        break;
      case Space::kShared:
        cost = cost_in_banks(addresses, row.lanes, kind.bytes);
        break;
      case Space::kLocal:
        cost = cost_in_local_memory(addresses, row.lanes, kind.bytes);
        break;
      case Space::kConstant:
        cost = cost_in_constant_memory(addresses, row.lanes, kind.bytes);
        break;
    }
    counts_of(row.pc, row.kind).add(cost, static_cast<unsigned>(__builtin_popcount(row.lanes)));
  });
}

RequestCounts& ProfileLog::counts_of(std::uint32_t pc, std::uint32_t kind) {
  Recent& recent = recent_[(pc ^ kind << 3) % recent_.size()];
  if (recent.pc != pc || recent.kind != kind) recent = {pc, kind, &counts_[{pc, kind}]};
  return *recent.counts;
}

void ProfileLog::log(std::uintptr_t address, RequestKind kind, std::uintptr_t pc) {
  const unsigned thread = current_index.linear;
  WarpLog* log = shown_->warps[thread / kWarpSize].get();
  if (__builtin_expect(log == nullptr || log->rows() >= kMostRows, 0)) log = &begin_warp(thread / kWarpSize);
  log->add(thread % kWarpSize, static_cast<std::uint32_t>(pc - layout_.text_begin), shown_->loop_keys[thread],
           kind.packed(), address);
}

void ProfileLog::add(const Lens& lens, std::uintptr_t address, std::size_t bytes, std::size_t widest,
                     Access access, std::uintptr_t pc) {
  if (hidden_) return;
  const Fiber& fiber = lens.worker->fiber();
  Space space = Space::kShared;
  if (const std::uintptr_t in_shared = address - lens.shared_begin; in_shared < lens.shared_bytes) {
    address = in_shared;
  } else if (const auto stack = reinterpret_cast<std::uintptr_t>(fiber.stack);
             address - stack < fiber.stack_bytes) {
    // A kernel begins at the same depth of each stack, and all stacks have the same size.
    address -= reinterpret_cast<std::uintptr_t>(fiber.first_frame) - fiber.stack_bytes;
    space = Space::kLocal;
  } else if (is_device_memory(address)) {
    space = Space::kGlobal;
  } else if (is_static_data(address)) {
    space = is_constant_memory(address) ? Space::kConstant : Space::kGlobal;
  } else {
    return;  // the kernel's parameters, or the runtime's own data
  }
  if (__builtin_expect(bytes <= widest && ((address | bytes) & (bytes - 1)) == 0, 1)) {
    log(address, {space, access, static_cast<unsigned>(bytes)}, pc);
  } else {
    log_pieces(address, bytes, widest, space, access, pc);
  }
}

/// Copies of whole structures, and what is not aligned: as many accesses as a card would make of it.
void ProfileLog::log_pieces(std::uintptr_t address, std::size_t bytes, std::size_t widest, Space space,
                            Access access, std::uintptr_t pc) {
  const std::uintptr_t bits = address | bytes | widest;
  const std::size_t piece = bits & -bits;
  for (std::size_t done = 0; done < bytes; done += piece) {
    log(address + done, {space, access, static_cast<unsigned>(piece)}, pc);
  }
}

ProfileLog::Counts ProfileLog::take_counts() {
  recent_.fill({});
  return std::exchange(counts_, {});
}

}  // namespace emulator::instrument
