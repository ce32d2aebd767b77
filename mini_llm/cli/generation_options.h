#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "model/config.h"
#include "session/generate.h"

namespace cli {

/// Options of every command that generates text, besides how tokens are drawn.
struct GenerationOptions {
  std::int64_t max_tokens = -1;  // -1: no limit
  std::int64_t context = -1;     // -1: the default
  std::string on_full = "stop";

  /// @param until  what ends a text that has no limit, for the help
  void add_to(CLI::App& command, const std::string& until);
};

/// The size of the context to use; warns of one that is longer than the model was trained for.
std::size_t context_size(const GenerationOptions& options, const model::Config& config);

/// As the options say; without callbacks for progress.
session::GenerateOptions generate_options(const GenerationOptions& options);

}  // namespace cli
