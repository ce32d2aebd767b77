/// @file
/// What the kernels did to memory, per source line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "raw_report.h"
#include "source_lines.h"

namespace emulator::report {

inline constexpr double kSectorBytes = 32;      ///< what global memory is moved in
inline constexpr double kWavefrontBytes = 128;  ///< what shared memory gives at once: 32 banks of 4 bytes
inline constexpr double kWarpLanes = 32;

struct KernelProfile {
  RawKernel counts;
  CodeLine launch;

  std::uint64_t blocks_per_launch() const;
  std::uint64_t threads_per_block() const;
  double bytes() const { return static_cast<double>(counts.bytes_read + counts.bytes_written); }
  /// Floating-point operations per byte moved to or from global memory, if they are known.
  std::optional<double> arithmetic_intensity() const;
};

/// One source line of a kernel in one memory space with one kind of access.
struct LineProfile {
  CodeLine line;
  RawLine counts;  ///< sums over the line's instructions; `bytes` is the widest access

  bool is_shared() const { return counts.space == "shared"; }
  bool is_constant() const { return counts.space == "constant"; }
  bool has_sectors() const { return !is_shared() && !is_constant(); }
  double active_lanes() const;
  double sectors_per_request() const;  ///< 0 for shared and constant memory
  double ideal_sectors_per_request() const;
  double bank_conflict_ways() const;    ///< 1 without conflicts; 0 for other memory
  double passes_per_request() const;    ///< for constant memory, one for each address; 0 for other memory
  double lanes_on_one_address() const;  ///< for atomics, mean of the most crowded address of each request
  double bytes_moved() const;           ///< 0 for constant memory: how much its cache reads is not known
  double bytes_needed() const { return static_cast<double>(counts.distinct_bytes); }
  /// Bytes that better access patterns would not move. 0 for one value that all lanes read: a sector is the
  /// least that can be moved.
  double bytes_wasted() const;
  /// What is worth a look, in a few words each; empty if nothing is.
  std::vector<std::string> remarks() const;
};

struct Profile {
  std::vector<KernelProfile> kernels;
  std::vector<LineProfile> lines;  ///< by kernel, then by line

  /// The line that wastes most of a kernel's traffic, or nullptr if none wastes any.
  const LineProfile* worst_of(std::size_t kernel) const;
};

Profile make_profile(const RawReport& report, const SourceLines& lines);

}  // namespace emulator::report
