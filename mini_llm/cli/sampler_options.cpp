#include "cli/sampler_options.h"

#include <fmt/format.h>

#include <random>

#include "cli/model_options.h"

namespace cli {

void SamplerOptions::add_to(CLI::App& command) {
  const auto add = [&](const std::string& name, auto& value, double low, double high,
                       const std::string& what) {
    command.add_option(name, value, what)
        ->check(number_between(low, high))
        ->capture_default_str()
        ->type_name("X");
  };
  add("--temp", values.temperature, 0.0, 100.0, "How freely tokens are drawn; 0: always the most likely one");
  add("--top-k", values.top_k, 0, 1e9, "Draw from the K most likely tokens; 0: from all");
  add("--top-p", values.top_p, 0.0, 1.0,
      "Draw from the most likely tokens that together have this probability");
  add("--min-p", values.min_p, 0.0, 1.0,
      "Draw from tokens at least this fraction as likely as the most likely one");
  add("--repeat-penalty", values.repeat_penalty, 0.01, 100.0,
      "Make recent tokens less likely; 1: leave them");
  add("--repeat-last-n", values.repeat_last_n, -1, 1e9, "How many tokens count as recent; -1: all");
  add("--seed", seed, -1, 9e15, "The same seed gives the same text; -1: a random one");
}

sampler::SamplerOptions with_seed(const SamplerOptions& options) {
  sampler::SamplerOptions values = options.values;
  values.seed = options.seed >= 0 ? static_cast<std::uint64_t>(options.seed) : std::random_device{}();
  return values;
}

std::string describe(const sampler::SamplerOptions& options) {
  if (options.temperature <= 0.0f) return fmt::format("greedy, repeat penalty {}", options.repeat_penalty);
  return fmt::format(
      "temperature {}, top-k {}, top-p {}, min-p {}, repeat penalty {} over {} tokens, seed {}",
      options.temperature, options.top_k, options.top_p, options.min_p, options.repeat_penalty,
      options.repeat_last_n, options.seed);
}

}  // namespace cli
