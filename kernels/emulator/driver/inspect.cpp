// Checks and profiles: an instrumented program is run, and its report is handed on.
#include <fmt/format.h>

#include "emulate.h"
#include "process/process.h"
#include "program_cache.h"

namespace emulator::driver {

namespace fs = std::filesystem;

int inspect_program(const fs::path& program, const std::vector<std::string>& arguments,
                    const report::Options& options) {
  try {
    const TemporaryFolder work(program.parent_path() / fmt::format("report_{}", process_number()));
    const fs::path raw = work.path() / "raw.json";
    std::vector<std::string> environment{"EMULATED_GPU_REPORT=" + raw.string()};
    if (options.check) environment.push_back("EMULATED_GPU_CHECK=1");
    if (options.profile) environment.push_back("EMULATED_GPU_PROFILE=1");
    const int status = run_program(program, arguments, environment);
    if (!fs::exists(raw)) {
      fmt::print(
          stderr,
          "The program left no report, so nothing was checked or counted: it launched no kernel, or was "
          "ended before it could write one.\n");
      return status == 0 ? 1 : status;
    }
    const int verdict = report::present(raw, program, options);
    return verdict == 0 ? status : verdict;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}

}  // namespace emulator::driver
