/// @file
/// Checks of kernels while they run; see kernels/emulator/README.md, "Checks and profiles".
#pragma once

namespace emulator::instrument {

/// Begins to observe if EMULATED_GPU_CHECK or EMULATED_GPU_PROFILE asks for it. Called by every instrumented
/// file while the program starts.
void start();

}  // namespace emulator::instrument
