/// @file
/// Tiles of a matrix, which a warp moves together, as the profile is told of them. In instrumented programs
/// only: here one lane moves the tile on behalf of all, and its accesses would be counted as its own.
#pragma once

#include <cstddef>

namespace emulator {

/// Lines of memory, each of one piece.
struct Tile {
  const void* memory;
  std::size_t line_bytes;
  std::size_t lines;
  std::size_t stride_bytes;  ///< from one line to the next
};

/// @name In kernels/emulator/instrument/profile.cpp
/// @{
/// Called by each lane that takes part.
void note_tile_load(Tile tile) noexcept;
void note_tile_store(Tile tile) noexcept;
/// Around the accesses of the lane that moves the tile.
void hide_from_profile(bool hidden) noexcept;
/// @}

}  // namespace emulator
