// ./course check: builds the learner's file with the lesson's checks, runs them, and says in words what
// happened.
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "commands.h"
#include "compiler_output.h"
#include "errors.h"
#include "lesson_page.h"
#include "observed_run.h"
#include "paths.h"
#include "process.h"
#include "progress.h"

namespace fs = std::filesystem;

namespace course {
namespace {

constexpr int kBuildTimeout_s = 600;

int check_timeout_s() {
  constexpr int kDefault = 60;
  const char* text = std::getenv("COURSE_CHECK_TIMEOUT");
  if (text == nullptr) return kDefault;
  int seconds = 0;
  const std::string_view digits(text);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error != std::errc() || end != digits.data() + digits.size() || seconds < 1) {
    throw UsageError(fmt::format("COURSE_CHECK_TIMEOUT is '{}'; it must be a number of seconds", text));
  }
  return seconds;
}

/// One run of ./course check.
struct Check {
  const Lesson& lesson;
  FileNames names;
  // Copies of its own, so that another check may build while this one runs.
  TemporaryFile plain;
  TemporaryFile observed;
};

/// Prints where to go on reading, behind an explanation of what is wrong. Returns false.
bool end_with_hint(const Check& check) {
  fmt::print("A hint: ./course hint {}\n", check.lesson.id());
  return false;
}

/// Builds a check program with the learner's file and copies it to `executable`. Returns the warnings about
/// the file; nothing after saying why the build failed. The build always compiles the same copy of the
/// learner's file: so the build system knows all about it beforehand, and a second check of an unchanged file
/// compiles nothing.
std::optional<std::string> build(const Check& check, const std::string& target, const fs::path& executable) {
  const FileLock lock(build_folder().parent_path() / ".lock");  // the one that ./course takes while it builds
  std::error_code error;
  if (!fs::exists(check.names.compiled, error) || read_file(check.names.compiled) != check.names.text)
    write_file(check.names.compiled, check.names.text);

  std::string output;
  const ProcessResult result = run_captured(
      {{"cmake", "--build", build_folder().string(), "--target", target}, {{"LC_ALL", "C"}}},
      [&](std::string_view piece) { output += piece; }, kBuildTimeout_s);
  if (!result.succeeded()) {
    fmt::print("\n{}\n", explain_build_failure(output, check.names));
    end_with_hint(check);
    return std::nullopt;
  }
  fs::copy_file(program(target), executable, fs::copy_options::overwrite_existing, error);
  if (error)
    throw UserError(fmt::format("{} cannot be written: {}", display_path(executable), error.message()));
  return warnings_about(output, check.names);
}

/// Why a check program ended without a verdict of its own.
std::string early_end(const ProcessResult& result, int timeout_s) {
  if (result.timed_out) {
    return fmt::format(
        "Your program did not finish within {} seconds, so it was stopped during the check named last "
        "above.\n"
        "Most likely a loop never ends: look for a condition that never becomes false.\n",
        timeout_s);
  }
  if (result.signal != 0) {
    return fmt::format(
        "Your program crashed during the check named last above: {}.\n"
        "A common reason on the host: a pointer from cudaMalloc is device memory, which only kernels and\n"
        "cudaMemcpy may use.\n",
        describe_signal(result.signal));
  }
  return fmt::format(
      "Your program ended by itself (exit code {}) during the check named last above, before all was "
      "checked.\n",
      result.exit_code);
}

// What lessons/common prints: a verdict against the file, or for it. A program that ends without either did
// not get to the end of its checks, whatever its exit code says.
constexpr std::string_view kRejected = "A hint: ./course hint";
constexpr std::string_view kPassed = "Every check passed";

bool passed(const ProcessResult& result, const std::string& output) {
  return result.succeeded() && output.find(kPassed) != std::string::npos;
}

/// Says what the check program did not say itself. Returns false.
bool explain_failure(const Check& check, const ProcessResult& result, const std::string& output,
                     int timeout_s) {
  if (result.exit_code == 1 && output.find(kRejected) != std::string::npos) return false;
  fmt::print("\n{}", early_end(result, timeout_s));
  return end_with_hint(check);
}

/// Runs some of the check program's test cases, showing what it prints. Returns whether they passed; says why
/// if not.
bool run_cases(const Check& check, const std::string& chosen) {
  // A small card: running out of memory is one of the checks, and should not cost this computer its own.
  const Command command{{check.plain.path.string(), chosen}, {{"EMULATED_GPU_MEMORY", "256MiB"}}};
  const int timeout_s = check_timeout_s();
  std::string output;
  const ProcessResult result = run_captured(
      command,
      [&](std::string_view piece) {
        output += piece;
        if (piece.starts_with(kPassed)) return;  // not the end yet
        fmt::print("{}", with_shown_names(piece, check.names));
        std::fflush(stdout);
      },
      timeout_s);
  return passed(result, output) || explain_failure(check, result, output, timeout_s);
}

/// "See ..." for each paragraph of the lesson that explains one of the mistakes.
std::string paragraphs_about(const Lesson& lesson, const std::vector<Mistake>& mistakes) {
  const std::string page = read_file(lesson_folder(lesson) / "README.md");
  std::string result;
  for (const Mistake& mistake : mistakes) {
    const std::string heading = heading_about(page, mistake.kind);
    const std::string line = fmt::format("See \"{}\" in lessons/{}/README.md.\n", heading, lesson.folder());
    if (!heading.empty() && result.find(line) == std::string::npos) result += line;
  }
  return result;
}

/// What one of the observed program's runs says about the learner's file, and how the screen says it.
/// @param trouble  what is wrong when something is
bool judge(const Check& check, const ObservedRun& run, const std::string& trouble, int timeout_s) {
  if (!run.mistakes.empty()) {
    fmt::print("FAILED\n\nLesson {}, {}: {}\n\n{}{}", check.lesson.id(), check.lesson.name, trouble,
               run.explanation, paragraphs_about(check.lesson, run.mistakes));
    return end_with_hint(check);
  }
  if (passed(run.result, run.output)) {
    if (!run.reported) {
      throw UserError(fmt::format("the emulated GPU could not write its report to {}; is the disk full?",
                                  display_path(check.observed.path.parent_path())));
    }
    fmt::print("ok\n");
    return true;
  }
  fmt::print("FAILED\n\n{}", with_shown_names(run.output, check.names));
  return explain_failure(check, run.result, run.output, timeout_s);
}

/// Builds the program in which every access is observed, and runs it. A wrong result is found before this, by
/// a program that is built and run more quickly; here are the mistakes that leave the result right.
bool observe(const Check& check) {
  if (!can_observe()) {
    fmt::print(
        "  (races, accesses out of bounds, unwritten memory, leaks and wasted bytes are looked for only on "
        "the\n  emulated GPU{})\n",
        std::string_view(DEVICE) == "emulated"
            ? ", and not in this build, which has sanitizers of its own"
            : fmt::format(": ./course check {} --device emulated", check.lesson.id()));
    return true;
  }
  fmt::print("  makes no mistake that leaves the result right, with every access observed ... ");
  std::fflush(stdout);
  // The warnings are those of the first build.
  if (!build(check, "learner_" + check.lesson.folder() + "_observed", check.observed.path)) return false;
  const int timeout_s = check_timeout_s();
  const ObservedRun run =
      run_observed(check.observed.path, check.observed.path.string() + ".json", check.names, timeout_s);
  return judge(check, run, "the result is right, and still something is wrong.", timeout_s);
}

/// Compares what each line did, as the program built by observe() counts it, with the lesson's goals.json.
bool count_lines(const Check& check) {
  const fs::path goals = lesson_folder(check.lesson) / "goals.json";
  if (std::error_code error; !can_observe() || !fs::exists(goals, error)) return true;
  fmt::print("  has no line that wastes what the GPU does at once ... ");
  std::fflush(stdout);
  const int timeout_s = check_timeout_s();
  const ObservedRun run = run_profiled(check.observed.path, check.observed.path.string() + ".json",
                                       check.names, goals, timeout_s);
  return judge(check, run, "the result is right, but a GPU would be much faster than this lets it be.",
               timeout_s);
}

/// Correctness first; then the mistakes that a right result hides; then the lesson's structural goals, which
/// compare what the device counted with what the task needs: for the whole program, then for each line.
bool run_stages(const Check& check) {
  constexpr const char* kGoals = "[goal]";
  constexpr const char* kCorrectness = "~[goal]";
  const auto warnings = build(check, "learner_" + check.lesson.folder(), check.plain.path);
  if (!warnings) return false;
  fmt::print("{}", *warnings);
  return run_cases(check, kCorrectness) && observe(check) && run_cases(check, kGoals) && count_lines(check);
}

}  // namespace

fs::path file_to_check(const std::string& name, const CheckOptions& options) {
  const Lesson& lesson = find_written_lesson(name);
  if (options.solution) return lesson_folder(lesson) / "solution.cu";
  if (!options.file.empty()) return options.file;
  const fs::path file = work_file(lesson);
  if (std::error_code error; !fs::exists(file, error)) {
    throw UserError(fmt::format("there is no file {} yet. ./course start {} makes it and prints the task",
                                display_path(file), lesson.id()));
  }
  return file;
}

int check_lesson(const std::string& name, const CheckOptions& options) {
  const Lesson& lesson = find_written_lesson(name);
  const fs::path source = file_to_check(name, options);
  const bool own_file = !options.solution && options.file.empty();

  fmt::print("Lesson {}, {}: checking {} on the {} device\n", lesson.id(), lesson.name, display_path(source),
             DEVICE);
  std::fflush(stdout);

  const fs::path learner = build_folder() / "learner";
  const FileNames names{(learner / (lesson.folder() + ".cu")).string(), display_path(source),
                        read_file(source)};
  const fs::path plain = learner / fmt::format("check-{}", ::getpid());
  const Check check{lesson, names, {plain}, {plain.string() + "-observed"}};
  if (!run_stages(check)) return kFailed;

  fmt::print("\nLesson {} passed\n", lesson.id());
  if (own_file) {
    Progress progress = Progress::load();
    progress.of(lesson).started = progress.of(lesson).passed = true;
    progress.save();
    fmt::print("Next, measure it: ./course bench {}\n", lesson.id());
  }
  return kDone;
}

}  // namespace course
