/// @file
/// Threads that take turns without a barrier: one writes, fences and changes an atomic; another reads the
/// atomic and then what was written. The ticket of a last block, locks, and flags all work so.
#pragma once

#include <cstdint>

#include "lens.h"

namespace emulator::instrument {

/// The running thread reads and perhaps changes an atomic: it learns what those that fenced before have done,
/// and what it has fenced itself can be learned from now on. This takes every atomic for an acquire, and
/// every change after a fence for a release. A kernel whose fence is in the wrong place passes; one that is
/// right is never reported.
void exchange_knowledge(Lens& lens, std::uintptr_t address);
/// At the end of a launch.
void forget_releases();

}  // namespace emulator::instrument
