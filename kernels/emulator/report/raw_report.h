/// @file
/// What the instrumentation writes down while a program runs (EMULATED_GPU_REPORT): accesses by their program
/// counters, not yet by source lines.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace emulator::report {

/// A report that cannot be read or written. what() is one sentence for the user.
class ReportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Index3 = std::array<std::int64_t, 3>;  ///< x, y, z

enum class Kind {
  kRace,
  kRaceSameValue,
  kOutOfBounds,
  kUseAfterFree,
  kMisaligned,
  kHostPointer,
  kUninitialized,
  kDivergentBarrier,
  kWarpMask,
  kDeadlock,
  kHang,
  kInvalidAddress,
  kAssertion,
  kLaunchFailure,
  kLeak,
};

/// The kind's name in JSON, e.g. "race_same_value".
std::string_view name_of(Kind kind);

/// Between which threads a race is; the later ones hold the earlier ones.
enum class Scope { kNone, kWarp, kBlock, kGrid };
std::string_view name_of(Scope scope);

/// A point in the program, and who was there.
struct RawPlace {
  std::uint64_t pc = 0;  ///< return address; 0 if file and line are given instead
  std::string file;
  int line = 0;
  std::string op;  ///< "read", "write", "atomic", or empty
  std::int64_t bytes = 0;
  std::optional<Index3> block;
  std::optional<Index3> thread;
};

struct RawArray {
  std::string name;   ///< may be empty
  std::string space;  ///< "shared", "global", "constant" or "local"
  std::int64_t bytes = 0;
  std::int64_t offset = 0;         ///< of the access, in bytes; may be negative or past the end
  std::int64_t element_bytes = 1;  ///< size of the access
  std::optional<RawPlace> declared;
  std::optional<RawPlace> freed;
};

struct RawFinding {
  Kind kind = Kind::kRace;
  Scope scope = Scope::kNone;
  std::string kernel;  ///< empty for leaks
  std::optional<RawPlace> launch;
  std::optional<RawPlace> first;
  std::optional<RawPlace> second;
  std::optional<RawArray> array;
  std::string message;  ///< the runtime's own words, for kinds that it finds without instrumentation
  std::uint64_t count = 1;
};

/// How often a basic block was entered, by all threads together.
struct RawBlock {
  std::uint64_t pc = 0;  ///< behind the call at its head
  std::uint64_t count = 0;
};

/// Launches of one kernel from one place with one shape.
struct RawKernel {
  std::string name;
  std::optional<RawPlace> launch;
  std::uint64_t launches = 1;
  Index3 grid{1, 1, 1};
  Index3 block{1, 1, 1};
  std::uint64_t static_shared_bytes = 0;
  std::uint64_t dynamic_shared_bytes = 0;
  double occupancy = 0;         ///< 0 to 1
  std::string occupancy_limit;  ///< "threads", "blocks" or "shared memory"
  std::uint64_t threads = 0;
  std::uint64_t bytes_read = 0;  ///< global memory, in whole sectors of 32 bytes
  std::uint64_t bytes_written = 0;
  std::vector<RawBlock> blocks;  ///< empty if they were not counted
  std::optional<double> flops;
};

/// What one instruction of a kernel did in one memory space. Sums over the warps' requests.
struct RawLine {
  std::uint64_t pc = 0;
  std::size_t kernel = 0;  ///< index into RawReport::kernels
  std::string space;       ///< "global", "shared", "local" or "constant"
  std::string op;          ///< "load", "store" or "atomic"
  std::uint64_t bytes = 0;
  std::uint64_t requests = 0;
  std::uint64_t lanes = 0;
  std::uint64_t sectors = 0;
  std::uint64_t ideal_sectors = 0;
  std::uint64_t wavefronts = 0;
  std::uint64_t ideal_wavefronts = 0;
  std::uint64_t max_wavefronts = 0;
  std::uint64_t distinct_bytes = 0;
  std::uint64_t same_address = 0;
};

struct RawReport {
  std::filesystem::path program;
  std::vector<RawFinding> findings;
  std::vector<RawKernel> kernels;
  std::vector<RawLine> lines;
};

/// @throws ReportError, which names the entry that is wrong
RawReport parse_raw_report(std::string_view text);

/// @throws ReportError if the file cannot be read or is not a raw report
RawReport read_raw_report(const std::filesystem::path& file);

}  // namespace emulator::report
