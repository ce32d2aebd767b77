/// @file
/// What a worker counts while it runs a profiled kernel: each access goes to the log of its warp, and once
/// the warp's lanes have met, its log becomes requests and their cost.
///
/// What is counted is what the source says. Not exact: a loop that polls (how often, depends on the other OS
/// threads); a function that is not inlined, called from both sides of a branch, counts as one instruction;
/// and a `__constant__` variable that the translator could not find counts as global memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include <emulator/profiled_tile.h>

#include "block_counts.h"
#include "checks.h"
#include "lens.h"
#include "warp_log.h"

namespace emulator::instrument {

enum class Space : std::uint8_t { kGlobal, kShared, kLocal, kConstant };

/// Space, operation and size of an access.
struct RequestKind {
  Space space;
  Access access;
  unsigned bytes;  ///< 1, 2, 4, 8 or 16

  std::uint32_t packed() const {
    return bytes << 4 | static_cast<std::uint32_t>(access) << 2 | static_cast<std::uint32_t>(space);
  }
  static RequestKind unpacked(std::uint32_t kind) {
    return {static_cast<Space>(kind & 3), static_cast<Access>(kind >> 2 & 3), kind >> 4};
  }
};

/// Sums over requests.
struct RequestCounts {
  std::uint64_t requests = 0;
  std::uint64_t lanes = 0;
  std::uint64_t sectors = 0;
  std::uint64_t ideal_sectors = 0;
  std::uint64_t wavefronts = 0;
  std::uint64_t ideal_wavefronts = 0;
  std::uint64_t max_wavefronts = 0;
  std::uint64_t distinct_bytes = 0;
  std::uint64_t same_address = 0;

  void add(const RequestCost& cost, unsigned active_lanes);
  void add(const RequestCounts& other);
};

/// A block's logs.
struct BlockLog {
  std::vector<std::uint32_t> loop_keys;         ///< by thread: in which iterations of its loops it is
  std::vector<std::unique_ptr<WarpLog>> warps;  ///< null where nothing is logged
};

class ProfileLog {
 public:
  /// By program counter, from the program's start, and RequestKind.
  using Counts = std::map<std::tuple<std::uint32_t, std::uint32_t>, RequestCounts>;

  explicit ProfileLog(const ProgramLayout& layout) : layout_(layout) {}

  void begin_block(ObservedBlock& block);
  void show_block(const ObservedBlock& block);
  /// The lanes of a warp have met: what they did before is complete.
  void take_warp(ObservedBlock& block, unsigned warp);
  void take_block(ObservedBlock& block);
  /// All threads have left the block.
  void end_block(ObservedBlock& block);
  /// The worker leaves the launch; what stopped threads did last is not counted.
  void stop();

  /// An access by the running thread, before or after it is made.
  /// @param widest  a power of two: what is wider is made in pieces
  void add(const Lens& lens, std::uintptr_t address, std::size_t bytes, std::size_t widest, Access access,
           std::uintptr_t pc);

  /// The running lane's part of a tile that a warp loads or stores together: as wide accesses as the tile's
  /// lines allow, neighbouring lanes side by side. How a card does it is not documented.
  void add_tile(const Lens& lens, const Tile& tile, Access access, std::uintptr_t pc);
  /// What one lane does for all of them is not its own access.
  void hide(bool hidden) { hidden_ = hidden; }

  /// What has been counted since the last call.
  Counts take_counts();
  BlockCounts& block_counts() { return block_counts_; }
  /// Whether a warp's log became too long, so that lanes were counted each by itself.
  bool overflowed() const { return overflowed_; }

 private:
  /// About 300 bytes each.
  static constexpr std::size_t kMostRows = 512 << 10;

  bool is_device_memory(std::uintptr_t address) const {
    return address - layout_.window_begin < layout_.window_bytes;
  }
  bool is_static_data(std::uintptr_t address) const {
    return address - layout_.data_begin < layout_.data_end - layout_.data_begin;
  }
  void log(std::uintptr_t address, RequestKind kind, std::uintptr_t pc);
  void log_pieces(std::uintptr_t address, std::size_t bytes, std::size_t widest, Space space, Access access,
                  std::uintptr_t pc);
  WarpLog& begin_warp(unsigned warp);
  void take(WarpLog& log);
  void retire(std::unique_ptr<WarpLog>& log);
  RequestCounts& counts_of(std::uint32_t pc, std::uint32_t kind);

  const ProgramLayout layout_;
  BlockLog* shown_ = nullptr;
  const Block* shown_block_ = nullptr;
  std::vector<std::unique_ptr<BlockLog>> blocks_;
  std::vector<std::unique_ptr<WarpLog>> idle_;
  BlockCounts block_counts_;
  Counts counts_;
  struct Recent {
    std::uint32_t pc = 0, kind = 0;
    RequestCounts* counts = nullptr;
  };
  std::array<Recent, 256> recent_{};  ///< so that most requests need not be searched for
  bool overflowed_ = false;
  bool hidden_ = false;
};

}  // namespace emulator::instrument
