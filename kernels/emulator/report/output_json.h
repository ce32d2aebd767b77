/// @file
/// Findings and profile as JSON, for other programs (--json).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "cards.h"
#include "findings.h"
#include "profile.h"
#include "source_text.h"

namespace emulator::report {

/// An array of objects: kind, kernel, lines, block, thread, message, count and more.
nlohmann::json findings_json(const std::vector<Finding>& findings, const SourceText& source);

/// An array with one object for each kernel and launch shape.
/// @param card  adds a prediction; may be nullptr
nlohmann::json kernels_json(const Profile& profile, const Card* card, const SourceText& source);

/// An array with one object for each source line, kernel, memory space and kind of access.
nlohmann::json lines_json(const Profile& profile, const SourceText& source);

}  // namespace emulator::report
