/// @file
/// What a run has shown, as a file for kernels/emulator/report.
#pragma once

#include <string>
#include <vector>

#include "findings.h"
#include "profile.h"

namespace emulator::instrument {

/// Writes the file that EMULATED_GPU_REPORT names; program counters stay numbers.
void write_raw_report(const Findings& findings, const std::vector<std::string>& kernels,
                      const Profile& profile);

}  // namespace emulator::instrument
