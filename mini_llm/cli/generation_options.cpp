#include "cli/generation_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/model_options.h"
#include "cli/output.h"

namespace cli {
namespace {

constexpr std::size_t kDefaultContext = 4096;

}  // namespace

void GenerationOptions::add_to(CLI::App& command, const std::string& until) {
  command.add_option("-n,--predict", max_tokens, "Tokens to generate at most; -1: until " + until)
      ->check(number_between(-1, 1e9))
      ->capture_default_str()
      ->type_name("N");
  command
      .add_option(
          "-c,--ctx-size", context,
          "Tokens of prompt and text that fit; 0: what the model was trained for (default: that, at most "
          "4096)")
      ->check(number_between(0, 2147483647))
      ->type_name("N");
  command
      .add_option("--on-full", on_full,
                  "When the context is full: stop, or shift: drop the older half of the text, read the rest "
                  "again and go on")
      ->check(CLI::IsMember({"stop", "shift"}))
      ->capture_default_str()
      ->type_name("stop|shift");
}

std::size_t context_size(const GenerationOptions& options, const model::Config& config) {
  if (options.context == 0) return config.context_length;
  if (options.context < 0) return std::min(config.context_length, kDefaultContext);
  const auto asked = static_cast<std::size_t>(options.context);
  if (asked > config.context_length) {
    print_message(fmt::format(
        "mini_llm: warning: a context of {} is longer than the {} the model was trained for; the text may "
        "become poor there.\n",
        asked, config.context_length));
  }
  return asked;
}

session::GenerateOptions generate_options(const GenerationOptions& options) {
  session::GenerateOptions result;
  if (options.max_tokens >= 0) result.max_tokens = static_cast<std::size_t>(options.max_tokens);
  result.on_full = options.on_full == "shift" ? session::OnFull::kShift : session::OnFull::kStop;
  return result;
}

}  // namespace cli
