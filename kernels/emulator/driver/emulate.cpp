#include "emulate.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "compiler_messages.h"
#include "process/process.h"
#include "program_cache.h"
#include "toolchain.h"
#include "translator/translate.h"

namespace emulator::driver {
namespace {

namespace fs = std::filesystem;

void append(std::vector<std::string>& list, const std::vector<std::string>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

std::vector<std::string> compile_command(const BuildRequest& request, const fs::path& source,
                                         const fs::path& object) {
  const Toolchain& tools = toolchain();
  std::vector<std::string> command{tools.compiler, "-std=" + request.standard};
  append(command, tools.compile_flags);
  if (request.instrumented) append(command, tools.instrument_flags);
  if (request.counts_operations) append(command, tools.count_flags);
  append(command, {"-I", tools.include_folder});
  // Headers that need no translation are found as they would be beside the .cu file.
  const fs::path beside = fs::absolute(request.source).parent_path();
  append(command, {"-iquote", beside.string()});
  for (const fs::path& folder : request.include_folders) append(command, {"-I", folder.string()});
  for (const std::string& definition : request.definitions) command.push_back("-D" + definition);
  append(command, {"-c", source.string(), "-o", object.string()});
  return command;
}

std::vector<std::string> link_command(const BuildRequest& request, const fs::path& object,
                                      const fs::path& program) {
  const Toolchain& tools = toolchain();
  std::vector<std::string> command{tools.compiler, object.string(), "-o", program.string()};
  // The object asks for a sanitizer's functions; the library has them, and -fsanitize would link the
  // sanitizer's own.
  if (request.instrumented) {
    append(command, tools.instrument_link_flags);
    command.push_back(tools.instrument_library);
  }
  command.push_back(tools.runtime_library);
  append(command, tools.link_flags);
  return command;
}

std::string fingerprint(const BuildRequest& request, const translator::Translation& translation) {
  Fingerprint print;
  for (const fs::path& source : translation.sources) print.add_file(source);
  for (const std::string& word : compile_command(request, "", "")) print.add(word);
  for (const std::string& word : link_command(request, "", "")) print.add(word);
  print.add_file_state(toolchain().compiler);
  print.add_file_state(toolchain().runtime_library);
  if (request.instrumented) print.add_file_state(toolchain().instrument_library);
  print.add_folder_state(toolchain().include_folder);
  print.add(request.source.string());  // a program names its lines by it
  return print.text();
}

/// Leads the program's own calls of memcpy and its kin past the instrument, and not those of the libraries.
std::vector<std::string> observe_copies(const fs::path& object) {
  std::vector<std::string> command{toolchain().objcopy};
  append(command, toolchain().objcopy_flags);
  command.push_back(object.string());
  return command;
}

/// Runs the compiler, and shows what it says.
void run_compiler(const std::vector<std::string>& command, const fs::path& messages) {
  const ProcessResult compiler = run_process(command, {.errors = messages.string()});
  if (!compiler.started) {
    throw BuildError(
        fmt::format("the compiler {} cannot be started: {}; install it, or run ./course setup again",
                    toolchain().compiler, compiler.error));
  }
  std::ifstream stream(messages);
  const std::string output{std::istreambuf_iterator<char>(stream), {}};
  fmt::print(stderr, "{}", readable_messages(output));
  if (compiler.status != 0 || compiler.signal != 0) throw BuildError("");
}

void compile(const BuildRequest& request, const fs::path& source, const fs::path& program) {
  if (stderr_is_terminal()) {
    fmt::print(stderr, "Compiling {} for the emulated GPU ...\n", request.source.string());
  }
  if (request.instrumented && toolchain().instrument_flags.empty()) {
    throw BuildError(
        "--check and --profile are not in this build: it has sanitizers of its own (use the preset "
        "'emulated')");
  }
  const fs::path messages = source.parent_path() / "messages";
  const fs::path object = source.parent_path() / "program.o";
  run_compiler(compile_command(request, source, object), messages);
  if (request.instrumented) run_compiler(observe_copies(object), messages);
  run_compiler(link_command(request, object, program), messages);
}

}  // namespace

fs::path default_cache_folder() {
  const char* chosen = std::getenv("EMULATED_GPU_CACHE");
  if (chosen != nullptr && *chosen != '\0') return chosen;
  return fs::path(toolchain().build_folder) / "emulate_cache";
}

fs::path build_program(const BuildRequest& request) {
  const fs::path folder = request.cache_folder.empty() ? default_cache_folder() : request.cache_folder;
  ProgramCache cache(folder);
  const TemporaryFolder work(folder / fmt::format("in_progress_{}", process_number()));
  const std::string stem = request.source.stem().string();
  const fs::path translated = work.path() / (stem + ".cu.cpp");
  translator::Translation translation;
  try {
    translation =
        translator::translate({request.source, translated, request.include_folders, request.instrumented});
  } catch (const translator::TranslationError& error) {
    throw BuildError(error.what());
  }
  const std::string name = fmt::format("{}_{}", stem, fingerprint(request, translation));
  if (fs::exists(cache.path_of(name))) {
    cache.touch(name);
  } else {
    const fs::path program = work.path() / stem;
    compile(request, translated, program);
    cache.keep(program, name);
  }
  return cache.path_of(name);
}

int run_program(const fs::path& program, const std::vector<std::string>& arguments,
                const std::vector<std::string>& environment) {
  std::vector<std::string> command{program.string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const ProcessResult result = run_process(command, {.environment = environment});
  if (!result.started) {
    fmt::print(stderr, "{} cannot be started: {}\n", program.string(), result.error);
    return 1;
  }
  if (result.signal != 0) {
    fmt::print(stderr, "The program was stopped by signal {} ({}).\n", result.signal,
               signal_name(result.signal));
    return 128 + result.signal;
  }
  return result.status;
}

int emulate(const BuildRequest& request, const std::vector<std::string>& arguments,
            const report::Options& options) {
  const bool inspected = options.check || options.profile;
  BuildRequest build = request;
  build.instrumented = inspected;
  build.counts_operations = options.profile;
  fs::path program;
  try {
    program = build_program(build);
  } catch (const std::exception& error) {
    if (*error.what() != '\0') fmt::print(stderr, "{}\n", error.what());
    fmt::print(stderr, "{} was not built for the emulated GPU.\n", request.source.string());
    return 1;
  }
  if (!inspected) return run_program(program, arguments);
  report::Options named = options;
  named.names.emplace(request.source, request.source.string());
  return inspect_program(program, arguments, named);
}

}  // namespace emulator::driver
