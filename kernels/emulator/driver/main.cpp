/// @file
/// emulate FILE.cu [--check] [--profile] [-- ARGUMENTS]: builds a single-file CUDA program and runs it on the
/// emulated GPU.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "emulate.h"

int main(int argc, char** argv) {
  CLI::App app{"Builds a single-file CUDA program and runs it on the emulated GPU", "emulate"};
  std::string source;
  std::vector<std::string> include_folders;
  std::vector<std::string> arguments;
  emulator::driver::BuildRequest request;
  emulator::report::Options report;
  app.add_option("source", source, "the .cu file")->required();
  app.add_option("-I", include_folders, "where to look for the program's own headers")
      ->allow_extra_args(false);
  app.add_option("-D", request.definitions, "a macro to define: NAME or NAME=VALUE")->allow_extra_args(false);
  app.add_option("--std", request.standard, "the C++ standard, as the compiler names it")
      ->capture_default_str();
  app.add_flag("--check", report.check, "finds races, accesses out of bounds and more; exit status 3 if any");
  app.add_flag("--profile", report.profile, "shows what each line does to memory");
  app.add_option("--json", report.json, "writes findings and profile to this file");
  app.add_option("--html", report.html, "writes the source with its profile to this file");
  app.add_option("--card", report.card, "predicts the time on this card, e.g. rtx4060");
  app.add_option("arguments", arguments, "behind --: what the program gets as its arguments");
  // Everything behind "--" belongs to the program, even if it looks like an option of this one.
  char** separator = std::find(argv, argv + argc, std::string("--"));
  const int own = static_cast<int>(separator - argv);
  try {
    app.parse(own, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (const std::string error = emulator::report::usage_error(report); !error.empty()) {
    fmt::print(stderr, "emulate: {}.\n", error);
    return 2;
  }
  if (own < argc) arguments.insert(arguments.end(), separator + 1, argv + argc);
  request.source = source;
  request.include_folders.assign(include_folders.begin(), include_folders.end());
  return emulator::driver::emulate(request, arguments, report);
}
