/// @file
/// Ends kernels that hang.
#pragma once

#include "grid.h"

namespace emulator {

/// Watches a launch for as long as the object lives. When no thread has finished or passed a meeting point
/// for EMULATED_GPU_TIMEOUT seconds, the launch ends with cudaErrorLaunchTimeout, and every stuck thread's
/// place is printed.
class Watched {
 public:
  explicit Watched(Grid& grid);
  ~Watched();
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
};

}  // namespace emulator
