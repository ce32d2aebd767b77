// ./course emulate: runs any single-file CUDA program on the emulated GPU.
#include "commands.h"
#include "errors.h"
#include "paths.h"

#ifdef HAVE_EMULATOR_DRIVER
#include "driver/emulate.h"
#endif

namespace course {

#ifdef HAVE_EMULATOR_DRIVER

int emulate(const EmulateOptions& options) {
  emulator::report::Options report;
  report.check = options.check;
  report.profile = options.profile;
  report.json = options.json;
  report.html = options.html;
  report.card = options.card;
  const std::string error = emulator::report::usage_error(report);
  if (!error.empty()) throw UsageError(error);
  read_file(options.file);  // for the message when there is none
  emulator::driver::BuildRequest request;
  request.source = options.file;
  request.include_folders.assign(options.include_folders.begin(), options.include_folders.end());
  request.definitions = options.definitions;
  request.standard = options.standard;
  return emulator::driver::emulate(request, options.arguments, report);
}

#else

int emulate(const EmulateOptions&) {
  throw UserError(
      "this program was built for a real GPU; ./course emulate uses the one for the emulated GPU");
}

#endif

}  // namespace course
