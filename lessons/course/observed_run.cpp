#include "observed_run.h"

#include "errors.h"
#include "paths.h"

#ifdef HAVE_OBSERVED_PROGRAMS
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <map>

#include "line_goals.h"
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

/// What a run has written down, with the lines of the source.
struct Report {
  report::RawReport raw;
  report::SourceLines lines;
  report::SourceText source;
};

Report read_report(const fs::path& file, const fs::path& executable, const FileNames& names) {
  report::RawReport raw = report::read_raw_report(file);
  raw.program = executable;
  report::SourceLines lines(raw, file.string() + ".lines");
  report::SourceText source(std::map<fs::path, std::string>{{names.compiled, names.shown}});
  if (!names.text.empty()) source.remember(names.compiled, names.text);
  return {std::move(raw), std::move(lines), std::move(source)};
}

/// Runs the test cases with a tag.
/// @param how      the setting that says what the emulated GPU is to look at
/// @param explain  adds mistakes and their explanation from what was written down
ObservedRun run(const fs::path& executable, const std::string& tag, const std::string& how,
                const fs::path& scratch, const FileNames& names, int timeout_s,
                const std::function<void(ObservedRun&, const Report&)>& explain) {
  const TemporaryFile file{scratch};
  const Command command{
      {executable.string(), tag},
      {{"EMULATED_GPU_MEMORY", "256MiB"}, {how, "1"}, {"EMULATED_GPU_REPORT", file.path.string()}}};
  ObservedRun run;
  run.result = run_captured(
      command, [&](std::string_view piece) { run.output += piece; }, timeout_s);
  if (std::error_code error; !fs::exists(file.path, error)) return run;
  const Report report = read_report(file.path, executable, names);
  run.reported = true;
  if (!report.lines.problem().empty()) run.explanation = report.lines.problem() + ".\n\n";
  explain(run, report);
  return run;
}

}  // namespace

bool can_observe() { return true; }

ObservedRun run_observed(const fs::path& executable, const fs::path& scratch, const FileNames& names,
                         int timeout_s) {
  const auto explain = [](ObservedRun& run, const Report& report) {
    const std::vector<report::Finding> findings = report::merge_findings(report.raw, report.lines);
    for (const report::Finding& finding : findings) {
      run.mistakes.push_back(
          {std::string(report::name_of(finding.kind)), finding.first ? finding.first->line.line : 0});
    }
    run.explanation += report::check_report(findings, report.source, report::Paint(want_colors()));
  };
  return run(executable, "[observed]", "EMULATED_GPU_CHECK", scratch, names, timeout_s, explain);
}

ObservedRun run_profiled(const fs::path& executable, const fs::path& scratch, const FileNames& names,
                         const fs::path& goals, int timeout_s) {
  const auto explain = [&](ObservedRun& run, const Report& report) {
    const report::Profile profile = report::make_profile(report.raw, report.lines);
    const std::vector<LineGoal> asked = read_line_goals(goals);
    for (const LineGoal& goal : asked) run.idle_goals += lines_under(goal, profile).empty();
    for (const MissedGoal& missed : missed_goals(asked, profile)) {
      run.mistakes.push_back({missed.counter, missed.line->line.line});
      run.explanation += explain_missed_goal(missed, report.source, report::Paint(want_colors()));
    }
  };
  return run(executable, "[profiled]", "EMULATED_GPU_PROFILE", scratch, names, timeout_s, explain);
}

#else

bool can_observe() { return false; }

ObservedRun run_observed(const fs::path&, const fs::path&, const FileNames&, int) {
  throw UserError("this build has no programs that the emulated GPU observes");
}

ObservedRun run_profiled(const fs::path&, const fs::path&, const FileNames&, const fs::path&, int) {
  throw UserError("this build has no programs that the emulated GPU observes");
}

#endif

}  // namespace course
