#include "observed_run.h"

#include "errors.h"
#include "paths.h"

#ifdef HAVE_OBSERVED_PROGRAMS
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <optional>

#include "report/check_report.h"
#endif

namespace fs = std::filesystem;

namespace course {

#ifdef HAVE_OBSERVED_PROGRAMS

namespace {

namespace report = emulator::report;

bool want_colors() {
  const char* refused = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) != 0 && (refused == nullptr || *refused == '\0');
}

void read_report(ObservedRun& run, const fs::path& file, const fs::path& executable, const FileNames& names) {
  report::RawReport raw = report::read_raw_report(file);
  raw.program = executable;
  const report::SourceLines lines(raw, file.string() + ".lines");
  const std::map<fs::path, std::string> shown{{names.compiled, names.shown}};
  const report::SourceText source(shown);
  const std::vector<report::Finding> findings = report::merge_findings(raw, lines);
  run.reported = true;
  for (const report::Finding& finding : findings) {
    run.mistakes.push_back(
        {std::string(report::name_of(finding.kind)), finding.first ? finding.first->line.line : 0});
  }
  if (!lines.problem().empty()) run.explanation = lines.problem() + ".\n\n";
  run.explanation += report::check_report(findings, source, report::Paint(want_colors()));
}

}  // namespace

bool can_observe() { return true; }

ObservedRun run_observed(const fs::path& executable, const fs::path& scratch, const FileNames& names,
                         int timeout_s) {
  const TemporaryFile raw{scratch};
  const Command command{{executable.string()},
                        {{"EMULATED_GPU_MEMORY", "256MiB"},
                         {"EMULATED_GPU_CHECK", "1"},
                         {"EMULATED_GPU_REPORT", raw.path.string()}}};
  ObservedRun run;
  run.result = run_captured(
      command, [&](std::string_view piece) { run.output += piece; }, timeout_s);
  if (std::error_code error; fs::exists(raw.path, error)) read_report(run, raw.path, executable, names);
  return run;
}

#else

bool can_observe() { return false; }

ObservedRun run_observed(const fs::path&, const fs::path&, const FileNames&, int) {
  throw UserError("this build has no programs that the emulated GPU observes");
}

#endif

}  // namespace course
