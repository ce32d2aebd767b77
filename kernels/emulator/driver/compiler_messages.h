/// @file
/// What the compiler says about a translated program, as its author should read it.
#pragma once

#include <string>

namespace emulator::driver {

/// If the program uses what the emulated GPU does not do, just that, once per line: `FILE:LINE: error:
/// sentence`. Else the compiler's messages as they are.
std::string readable_messages(const std::string& compiler_output);

}  // namespace emulator::driver
