/// @file
/// What kernels call their parameters, for messages about the memory behind them. The translator notes it
/// behind every kernel.
#pragma once

#include <cstddef>
#include <string>

namespace emulator {

/// Registers the parameters of a kernel while the program starts.
struct NamedParameters {
  /// @param kernel  its name without namespace
  /// @param names   of its parameters in their order, with commas between them; empty for one without a name
  NamedParameters(const char* kernel, const char* names);
};

/// @param launched  what was written before `<<<`, e.g. "filters::blur<3>"
/// @return the name of its parameter number `position`, or "" if it is not known
std::string parameter_name(const std::string& launched, std::size_t position);

}  // namespace emulator
