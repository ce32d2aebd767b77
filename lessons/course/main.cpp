// The course program behind ./course: see the table of commands in the README.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>

#include "commands.h"
#include "errors.h"
#include "interrupt.h"

namespace {

using namespace course;

/// Declares every command; `chosen` becomes what is to be done.
void declare_commands(CLI::App& app, std::function<int()>& chosen) {
  static std::string lesson, device;
  static CheckOptions check_options;
  static bool yes = false;
  static EmulateOptions emulate_options;

  const auto command = [&](const char* name, const char* does, std::function<int()> run) {
    CLI::App* sub = app.add_subcommand(name, does);
    sub->callback([&chosen, run] { chosen = run; });
    // ./course has picked this program by the device; a program started directly can only be told of its
    // mistake.
    sub->add_option("--device", device, "emulated or cuda")->check([](const std::string& wanted) {
      if (wanted == DEVICE) return std::string();
      return fmt::format("this program was built for the {} device; use ./course --device {}", DEVICE,
                         wanted);
    });
    return sub;
  };
  const auto lesson_command = [&](const char* name, const char* does, std::function<int()> run) {
    CLI::App* sub = command(name, does, std::move(run));
    sub->add_option("NN", lesson, "the lesson: 1, 01 or 01_vector_add")->required();
    return sub;
  };

  command("list", "the lessons, what is done and what is next", show_list);
  lesson_command("start", "copies the lesson's skeleton to work/ and prints the task",
                 [] { return start_lesson(lesson); });
  CLI::App* check = lesson_command("check", "builds and checks your file",
                                   [] { return check_lesson(lesson, check_options); });
  CLI::Option* solution =
      check->add_flag("--solution", check_options.solution, "check the lesson's own solution");
  check->add_option("--file", check_options.file, "check this file instead of yours")->excludes(solution);
  lesson_command("watch", "checks your file again whenever you save it; Ctrl-C ends", [] {
    return watch_lesson(lesson, check_options);
  })->add_option("--file", check_options.file, "watch this file instead of yours");
  lesson_command("hint", "the next of three hints", [] { return show_hint(lesson); });
  lesson_command("solution", "prints the solution", [] { return show_solution(lesson); });
  lesson_command("reset", "starts the lesson again; keeps a backup of your file", [] {
    return reset_lesson(lesson, yes);
  })->add_flag("-y,--yes", yes, "do not ask");
  lesson_command("bench", "the lesson's timing table", [] { return bench_lesson(lesson); });
  command("doctor", "checks GPU, driver, toolkit, memory and compiler, and says what to do", run_doctor);
  command("run", "the tour: one vector add on CPU and GPU, then text from the bundled model", run_tour);
  CLI::App* emulated = command("emulate", "runs a single-file CUDA program on the emulated GPU",
                               [] { return emulate(emulate_options); });
  emulated->add_option("FILE", emulate_options.file, "a .cu file with a main function")->required();
  emulated->add_option("-I", emulate_options.include_folders, "a folder with headers")
      ->allow_extra_args(false);
  emulated->add_option("-D", emulate_options.definitions, "a macro: NAME or NAME=VALUE")
      ->allow_extra_args(false);
  emulated->add_option("--std", emulate_options.standard, "the C++ standard")->capture_default_str();
  emulated->add_flag("--check", emulate_options.check,
                     "finds races, accesses out of bounds and more; exit code 3 if there are any");
  emulated->add_flag("--profile", emulate_options.profile, "shows what each line does to memory");
  emulated->add_option("--json", emulate_options.json, "writes findings and profile to this file");
  emulated->add_option("--html", emulate_options.html, "writes the source with its profile to this file");
  emulated->add_option("--card", emulate_options.card, "predicts the time on this card, e.g. rtx4060");
  emulated->add_option("ARGS", emulate_options.arguments, "the program's own arguments, after --");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("vecadd-to-llama, the course: from a vector add to a Llama engine", "./course");
  app.require_subcommand(0, 1);
  std::function<int()> chosen = show_status;
  declare_commands(app, chosen);
  try {
    app.parse(argc, argv);
    const int exit_code = chosen();
    std::fflush(stdout);
    return exit_code;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help
    fmt::print(stderr, "course: {}. ./course --help lists the commands.\n", error.what());
    return kWrongUsage;
  } catch (const Interrupted& interrupted) {
    std::fflush(stdout);
    std::signal(interrupted.signal, SIG_DFL);
    std::raise(interrupted.signal);  // who started this program sees why it ended
    return kFailed;
  } catch (const UsageError& error) {
    fmt::print(stderr, "course: {}.\n", error.what());
    return kWrongUsage;
  } catch (const std::exception& error) {
    std::fflush(stdout);
    fmt::print(stderr, "course: {}.\n", error.what());
    return kFailed;
  }
}
