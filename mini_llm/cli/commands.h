#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string_view>

namespace cli {

/// What the command line asked for: runs it and returns the exit status.
using Action = std::function<int()>;

/// Each adds its command to the program; when the command line names it, `action` is set to what it does.
void add_run(CLI::App& app, Action& action);
void add_chat(CLI::App& app, Action& action);
void add_inspect(CLI::App& app, Action& action);
void add_tokenize(CLI::App& app, Action& action);
void add_logits(CLI::App& app, Action& action);
void add_quantize(CLI::App& app, Action& action);
void add_make_random(CLI::App& app, Action& action);
void add_bench(CLI::App& app, Action& action);
void add_perplexity(CLI::App& app, Action& action);

}  // namespace cli
