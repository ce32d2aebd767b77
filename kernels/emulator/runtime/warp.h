/// @file
/// Warp collectives: lanes that wait for each other.
#pragma once

#include "worker.h"

namespace emulator {

/// Tells lanes that wait in __activemask() who waits there with them. To be called when the other lanes of
/// their warps cannot come any more. False if nobody waited so in the worker's current block.
bool resolve_active_masks(Worker& worker);

}  // namespace emulator
