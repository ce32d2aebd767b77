/// @file
/// In which iterations of its loops each thread is; written by emulator::LoopScope.
#pragma once

#include <cstdint>

#include <emulator/indices.h>

namespace emulator::instrument {

/// By thread of the block that runs; null while nothing is profiled.
extern EMULATOR_THREAD_LOCAL std::uint32_t* current_loop_keys;

}  // namespace emulator::instrument
