/// @file
/// The profile as text for a terminal.
#pragma once

#include <string>

#include "cards.h"
#include "profile.h"
#include "source_text.h"
#include "wording.h"

namespace emulator::report {

/// What must stand above every form of these figures.
inline constexpr const char* kProfileCaveat =
    "Counted at source level: nvcc may merge loads or leave some out. Caches are not modelled, times are not "
    "measured.";

/// For each kernel its launch, occupancy and intensity, then a row per source line; the line that wastes most
/// bytes is marked.
/// @param card  adds a roofline prediction; may be nullptr
std::string profile_table(const Profile& profile, const Card* card, const SourceText& source,
                          const Paint& paint);

/// Passes made of one: by bank conflicts, or by different addresses in constant memory. Empty for other
/// memory.
std::string ways_text(const LineProfile& line);

// A kernel's facts, for this table and for the page.
std::string launch_text(const KernelProfile& kernel);
std::string occupancy_text(const KernelProfile& kernel);
std::string traffic_text(const KernelProfile& kernel);
std::string intensity_text(const KernelProfile& kernel);

}  // namespace emulator::report
