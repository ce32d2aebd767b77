#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "sampler/sampler.h"

namespace cli {

/// Options of every command that generates text.
struct SamplerOptions {
  sampler::SamplerOptions values;
  std::int64_t seed = -1;  // -1: a random one

  void add_to(CLI::App& command);
};

/// The sampler's options with a seed chosen, a random one unless one was given.
sampler::SamplerOptions with_seed(const SamplerOptions& options);

/// "temperature 0.8, top-k 40, ..., seed 1234": everything that repeats the same text.
std::string describe(const sampler::SamplerOptions& options);

}  // namespace cli
