// The program mini_llm. Exit status: 0 done, 1 failed with one clear sentence on stderr, 2 wrong usage.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "bytes/printable.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/signals.h"

namespace cli {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

void print_error(std::string_view message) { print_message(fmt::format("mini_llm: {}\n", message)); }

/// CLI11 knows options of one letter or with two dashes; llama.cpp's users type `-ngl`.
std::vector<std::string> arguments(int count, char** values) {
  std::vector<std::string> result(values + std::min(count, 1), values + count);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const bool is_text = i > 0 && (result[i - 1] == "-p" || result[i - 1] == "--prompt");
    if (is_text) continue;
    if (result[i] == "-ngl") result[i] = "--n-gpu-layers";
    if (result[i].rfind("-ngl=", 0) == 0) result[i] = "--n-gpu-layers" + result[i].substr(4);
  }
  return result;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

int run_program(int count, char** values) {
  CLI::App app("mini_llm runs language models from GGUF files.", "mini_llm");
  app.set_version_flag("--version", "mini_llm " MINI_LLM_VERSION);
  app.set_help_flag("-h,--help", "Shows this help");
  app.require_subcommand(1);
  Action action;
  add_run(app, action);
  add_chat(app, action);
  add_inspect(app, action);
  add_tokenize(app, action);
  add_logits(app, action);
  add_quantize(app, action);
  add_make_random(app, action);
  add_bench(app, action);
  add_perplexity(app, action);

  std::vector<std::string> given = arguments(count, values);
  if (given.empty()) {
    print_message(app.help());
    return kWrongUsage;
  }
  const bool names_command = given[0].empty() || given[0][0] != '-';
  const std::vector<std::string> names = command_names(app);
  if (names_command && std::find(names.begin(), names.end(), given[0]) == names.end()) {
    print_error(fmt::format("there is no command '{}'. Commands: {}; see 'mini_llm --help'.",
                            bytes::printable(given[0], 60), fmt::join(names, ", ")));
    return kWrongUsage;
  }
  try {
    app.parse(std::vector<std::string>(given.rbegin(), given.rend()));  // CLI11 takes them last first
  } catch (const CLI::Success& request) {                               // --help, --version
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    const auto used = app.get_subcommands();
    const std::string what = bytes::printable(error.what(), 400);
    print_error(fmt::format("{}{} See 'mini_llm {}--help'.", what, what.ends_with('.') ? "" : ".",
                            used.empty() ? "" : used[0]->get_name() + " "));
    return kWrongUsage;
  }
  return action();
}

}  // namespace
}  // namespace cli

int main(int count, char** values) {
  cli::install_signal_handlers();
  try {
    return cli::run_program(count, values);
  } catch (const cli::ReaderGone&) {
    return 0;  // whoever read our output has seen enough
  } catch (const std::bad_alloc&) {
    cli::print_error(
        "there is not enough memory. Give a smaller context with -c, or choose a smaller model.");
  } catch (const std::exception& error) {
    cli::print_error(error.what());
  }
  return cli::kFailed;
}
