/// @file
/// Races between blocks, looked for when all blocks of a launch are done (or have met in a grid-wide
/// barrier).
#pragma once

#include <memory>
#include <vector>

#include "lens.h"

namespace emulator::instrument {

/// Compares what the blocks of all workers have done to each piece of memory, and reads of memory that nobody
/// had written. The result does not depend on which worker ran which block, nor when. Forgets the accesses.
void find_grid_races(const Grid& grid, unsigned kernel, const std::vector<std::unique_ptr<Lens>>& lenses,
                     Findings& findings);

}  // namespace emulator::instrument
