/// @file
/// How this build of the project compiles a translated program; written down by CMake.
#pragma once

#include <string>
#include <vector>

namespace emulator::driver {

struct Toolchain {
  std::string compiler;                    ///< path of the C++ compiler that built the project
  std::vector<std::string> compile_flags;  ///< what translated code needs
  std::string include_folder;              ///< CUDA's headers as the emulator has them
  std::string runtime_library;
  // For programs that are checked or profiled; without flags if this build cannot make them.
  std::vector<std::string> instrument_flags;
  std::vector<std::string> count_flags;  ///< for profiles only: a call in every basic block
  std::vector<std::string> instrument_link_flags;
  std::string instrument_library;
  std::string objcopy;  ///< of binutils
  std::vector<std::string>
      objcopy_flags;  ///< lead the program's calls of memcpy and its kin past the instrument
  std::vector<std::string> link_flags;  ///< what the runtime library needs behind it
  std::string build_folder;
};

const Toolchain& toolchain();

}  // namespace emulator::driver
