/// @file
/// What the user may set through the environment.
#pragma once

#include <cstddef>
#include <cstdint>

#include <emulator/control.h>

namespace emulator {

struct Settings {
  unsigned os_threads;       ///< EMULATED_GPU_THREADS; all processors unless set
  Schedule schedule;         ///< EMULATED_GPU_SCHEDULE: forward, reverse or random
  std::uint64_t seed;        ///< EMULATED_GPU_SCHEDULE_SEED, for random
  std::size_t memory_bytes;  ///< EMULATED_GPU_MEMORY, e.g. 512MiB; 8GiB unless set
  double timeout_seconds;   ///< EMULATED_GPU_TIMEOUT: a kernel without progress for so long is ended; 0 never
  std::size_t stack_bytes;  ///< EMULATED_GPU_STACK, bytes of stack for each CUDA thread; 256KiB unless set
  bool host_pointers;  ///< EMULATED_GPU_HOST_POINTERS=allow: kernels may be given pointers to host memory
  bool
      exited_threads;  ///< EMULATED_GPU_EXITED_THREADS=allow: barriers do not wait for threads that have left
  bool print_statistics;  ///< EMULATED_GPU_STATS=1: counters on stderr at exit
};

/// Read once. A value that makes no sense ends the program with a message and exit status 2.
Settings& settings();

}  // namespace emulator
