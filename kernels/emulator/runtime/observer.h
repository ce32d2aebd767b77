/// @file
/// Who looks over the runtime's shoulder: the checks and profiles of kernels/emulator/instrument. Programs
/// built without them have no observer, and pay one comparison where a block or a warp meets.
#pragma once

#include <cstddef>
#include <string>

#include <emulator/execution.h>
#include <emulator/launch.h>
#include <emulator/runtime_types.h>

#include "block.h"
#include "device_memory.h"

namespace emulator {

struct Grid;
class Worker;

/// What the runtime itself finds wrong, by kind.
enum class FailureKind {
  kLaunchFailure,
  kDivergentBarrier,
  kWarpMask,
  kDeadlock,
  kHang,
  kInvalidAddress,
  kAssertion,
};

/// Why a launch ends early, and where: `first` is the line of the thread named, `second` that of another one.
struct Failure {
  FailureKind kind = FailureKind::kLaunchFailure;
  CodeLine first{nullptr, 0};
  CodeLine second{nullptr, 0};
  uint3 block{};
  uint3 thread{};
};

class Observer {
 public:
  virtual ~Observer() = default;

  /// @name On the thread that launches, before and after all others work
  /// @{
  virtual void launch_begins(const Grid& grid) = 0;
  /// @return what the card would have ended the launch with, had the observer not kept it going
  virtual cudaError_t launch_ends(const Grid& grid) = 0;
  /// The launch stops early. `message` is complete; on any thread.
  virtual void failed(const Grid& grid, const Failure& failure, const std::string& message) = 0;
  /// A launch that is refused, because an argument points to memory of the host.
  virtual void host_pointer(const KernelSite& site) = 0;
  /// @}

  /// @name On the thread that runs the block
  /// @{
  virtual void worker_begins(Worker& worker) = 0;
  virtual void worker_ends(Worker& worker) = 0;
  virtual void block_begins(Block& block) = 0;
  /// The worker goes on with a thread of this block, after one of another block.
  virtual void block_shown(Block& block) = 0;
  /// All threads have left the kernel.
  virtual void block_ends(Block& block) = 0;
  virtual void barrier_passed(Block& block) = 0;
  /// The lanes of `mask` have met in a warp function.
  /// @param name  what they called, e.g. "__syncwarp", which orders memory; shuffles and votes do not
  virtual void warp_met(Block& block, unsigned warp, unsigned mask, const char* name) = 0;
  /// All threads of the grid have met; no other thread runs until this returns.
  virtual void grid_met() = 0;
  /// A fence of the running thread.
  virtual void fence() = 0;
  /// @}

  /// @name In host code
  /// `caller` is an address in the code that called CUDA's function.
  /// @{
  virtual void allocated(const Allocation& allocation, const void* caller) = 0;
  virtual void freed(const Allocation& allocation, const void* caller) = 0;
  /// A copy or a fill wrote device memory.
  virtual void written(const void* begin, std::size_t bytes) = 0;
  /// @}
};

/// Null unless the program was built to be observed.
extern Observer* observer;

}  // namespace emulator
