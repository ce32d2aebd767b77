/// @file
/// From a single .cu file to its output: translate, compile, run on the emulated GPU.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "report/present.h"

namespace emulator::driver {

struct BuildRequest {
  std::filesystem::path source;                        ///< the .cu file
  std::vector<std::filesystem::path> include_folders;  ///< as with -I
  std::vector<std::string> definitions;                ///< as with -D: NAME or NAME=VALUE
  std::string standard = "gnu++20";                    ///< what -std= names
  std::filesystem::path cache_folder;                  ///< empty: default_cache_folder()
  bool instrumented = false;       ///< every memory access is seen, for checks and profiles
  bool counts_operations = false;  ///< and every basic block, for profiles
};

/// A program that cannot be built. what() is for the user; empty if the compiler has said everything already.
class BuildError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Where built programs are kept: $EMULATED_GPU_CACHE, or a folder in the project's build folder.
std::filesystem::path default_cache_folder();

/// Translates and compiles, unless the same source was built before with the same flags, compiler and
/// emulator. The compiler writes its messages to stderr, with lines of the .cu file.
/// @return the executable, in the cache folder
/// @throws BuildError
std::filesystem::path build_program(const BuildRequest& request);

/// Runs a program with this process's input and output.
/// @param environment  NAME=VALUE, in place of or beside this process's own
/// @return its exit status; 128 + N if signal N stopped it, which is also said on stderr
int run_program(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                const std::vector<std::string>& environment = {});

/// Runs an instrumented program, then presents what it has done to memory.
/// @return report::kFoundMistakes if mistakes were found, else the program's exit status, or 1 if it left no
///         report or the report could not be presented
int inspect_program(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                    const report::Options& options);

/// What `./course emulate FILE.cu -- ARGUMENTS` does: builds and runs, and reports on stderr what went wrong.
/// @param options  with `check` or `profile` the program is built instrumented and its run inspected
/// @return the program's exit status, 1 if it could not be built, or what inspect_program() returns
int emulate(const BuildRequest& request, const std::vector<std::string>& arguments,
            const report::Options& options = {});

}  // namespace emulator::driver
