// ./course check: builds the learner's file with the lesson's checks, runs them, and says in words what
// happened.
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "commands.h"
#include "compiler_output.h"
#include "errors.h"
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

/// The file to check.
fs::path source_of(const Lesson& lesson, const CheckOptions& options) {
  if (options.solution) return lesson_folder(lesson) / "solution.cu";
  if (!options.file.empty()) return options.file;
  const fs::path file = work_file(lesson);
  if (std::error_code error; !fs::exists(file, error)) {
    throw UserError(fmt::format("there is no file {} yet. ./course start {} makes it and prints the task",
                                display_path(file), lesson.id()));
  }
  return file;
}

/// Deletes the file at the end of its life.
struct TemporaryFile {
  fs::path path;
  ~TemporaryFile() {
    std::error_code error;
    fs::remove(path, error);
  }
};

/// Builds the check program from `text`. Returns false after saying why that failed.
/// The build always compiles the same copy of the learner's file: so the build system knows all about it
/// beforehand, and a second check of an unchanged file compiles nothing.
bool build_check(const Lesson& lesson, const std::string& text, const FileNames& names,
                 const fs::path& executable) {
  const std::string target = "learner_" + lesson.folder();
  const FileLock lock(build_folder().parent_path() / ".lock");  // the one that ./course takes while it builds
  std::error_code error;
  if (!fs::exists(names.compiled, error) || read_file(names.compiled) != text)
    write_file(names.compiled, text);

  std::string output;
  const ProcessResult build = run_captured(
      {{"cmake", "--build", build_folder().string(), "--target", target}, {{"LC_ALL", "C"}}},
      [&](std::string_view piece) { output += piece; }, kBuildTimeout_s);
  if (!build.succeeded()) {
    fmt::print("\n{}\nA hint: ./course hint {}\n", explain_build_failure(output, names), lesson.id());
    return false;
  }
  fmt::print("{}", warnings_about(output, names));
  // A copy of its own, so that another check may build while this one runs.
  fs::copy_file(program(target), executable, fs::copy_options::overwrite_existing, error);
  if (error)
    throw UserError(fmt::format("{} cannot be written: {}", display_path(executable), error.message()));
  return true;
}

/// Why a check program ended without a verdict of its own; "" when it gave one.
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

/// Runs the check program, showing what it prints. Returns whether everything passed; says why if not.
bool run_check(const Lesson& lesson, const fs::path& executable, const FileNames& names) {
  // What lessons/common prints: a verdict against the file, or for it. A program that ends without either did
  // not get to the end of its checks, whatever its exit code says.
  constexpr std::string_view kRejected = "A hint: ./course hint";
  constexpr std::string_view kPassed = "Every check passed";
  // A small card: running out of memory is one of the checks, and should not cost this computer its own.
  const Command command{{executable.string()}, {{"EMULATED_GPU_MEMORY", "256MiB"}}};
  const int timeout_s = check_timeout_s();
  std::string output;
  const ProcessResult result = run_captured(
      command,
      [&](std::string_view piece) {
        output += piece;
        fmt::print("{}", with_shown_names(piece, names));
        std::fflush(stdout);
      },
      timeout_s);
  if (result.succeeded() && output.find(kPassed) != std::string::npos) return true;
  if (result.exit_code != 1 || output.find(kRejected) == std::string::npos) {
    fmt::print("\n{}A hint: ./course hint {}\n", early_end(result, timeout_s), lesson.id());
  }
  return false;
}

}  // namespace

int check_lesson(const std::string& name, const CheckOptions& options) {
  const Lesson& lesson = find_written_lesson(name);
  const fs::path source = source_of(lesson, options);
  const std::string text = read_file(source);
  const bool own_file = !options.solution && options.file.empty();

  fmt::print("Lesson {}, {}: checking {} on the {} device\n", lesson.id(), lesson.name, display_path(source),
             DEVICE);
  std::fflush(stdout);

  const fs::path learner = build_folder() / "learner";
  const FileNames names{(learner / (lesson.folder() + ".cu")).string(), display_path(source)};
  const TemporaryFile executable{learner / fmt::format("check-{}", ::getpid())};
  if (!build_check(lesson, text, names, executable.path)) return kFailed;

  if (!run_check(lesson, executable.path, names)) return kFailed;

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
