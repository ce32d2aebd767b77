/// @file
/// How the emulated GPU behaves; the environment sets the same at start.
#pragma once

#include <cstdint>

namespace emulator {

/// In which order the threads of a block (and the blocks of a grid) get their turn. A data race that one
/// order hides, another may show.
enum class Schedule { kForward, kReverse, kRandom };

/// Takes effect with the next launch. With kRandom the same seed gives the same order again.
void set_schedule(Schedule schedule, std::uint64_t seed = 0);

/// Ends kernels that make no progress for so long; 0 turns the watchdog off.
void set_timeout(double seconds);

/// Lets kernels take pointers to ordinary host memory, which a GPU without shared page tables cannot read.
/// Thrust's vectors need it here, because their "device" memory comes from the host's heap.
bool allow_host_pointers();

}  // namespace emulator
