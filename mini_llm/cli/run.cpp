#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "cli/commands.h"
#include "cli/generation_options.h"
#include "cli/model_options.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/sampler_options.h"
#include "cli/signals.h"
#include "session/generate.h"
#include "tokenizer/utf8.h"

namespace cli {
namespace {

struct RunOptions {
  ModelOptions model;
  SamplerOptions sampler;
  std::string prompt;
  std::string file;
  GenerationOptions generation = {.max_tokens = 256};
  std::int64_t keep = 0;
  bool hide_prompt = false;
  bool verbose = false;
};

std::vector<session::Token> prompt_tokens(const tokenizer::Tokenizer& tokenizer, const std::string& prompt) {
  std::vector<session::Token> tokens = tokenizer.encode(prompt, {true, true});
  if (tokens.empty()) {
    throw session::Error(
        "the prompt is empty, and this model has no token to begin a text with. Give a text with -p.");
  }
  return tokens;
}

/// What a shift leaves at the beginning: the begin-of-text token, and as much of the prompt as asked for.
std::size_t tokens_to_keep(const RunOptions& options, const tokenizer::Tokenizer& tokenizer,
                           const std::vector<session::Token>& prompt) {
  if (options.keep < 0) return prompt.size();
  const std::size_t bos = prompt[0] == tokenizer.bos() ? 1 : 0;
  return std::min(prompt.size(), bos + static_cast<std::size_t>(options.keep));
}

void print_statistics(const session::Statistics& statistics, double load_seconds,
                      const backend::CpuWeights& weights) {
  print_message(fmt::format("\nload      {:>23.2f} s\n", load_seconds));
  print_speed("prompt", statistics.prompt_tokens, statistics.prompt_seconds);
  print_weights(weights);
  print_speed("generated", statistics.generated_tokens, statistics.generation_seconds);
  print_message(fmt::format("stopped   {}\n", describe(statistics.stop_reason)));
}

int run(const RunOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const gguf::File file = gguf::File::open(options.model.model);
  model::Model model = model::load(file);
  const auto tokenizer = load_tokenizer(file, model.config);
  const std::string prompt = given_text(options.prompt, options.file);
  const std::vector<session::Token> tokens = prompt_tokens(*tokenizer, prompt);
  const auto backend = make_backend(options.model, model, context_size(options.generation, model.config));
  session::Session session(model, *backend);
  session.check(tokens);  // before anything is printed
  // The first token need not wait for the weights to be rearranged. A prompt of several passes does: it would
  // lose more time with them as they are (3 to 9% with AVX-512) than rearranging takes.
  backend::CpuWeights weights;
  const bool reads_in_one_pass = tokens.size() <= backend->batch_size();
  if (!reads_in_one_pass) weights = place_weights(options.model, file, model);
  sampler::Sampler sampler(with_seed(options.sampler));
  if (options.verbose) print_settings(options.model, file, model.config, *backend, sampler.options());
  const std::chrono::duration<double> load_time = std::chrono::steady_clock::now() - start;

  bool reader_gone = false;
  const auto show = [&](std::string_view text) {
    try {
      print_untrusted(text);
    } catch (const ReaderGone&) {
      reader_gone = true;
    }
    return !reader_gone && !interrupted();
  };

  ProgressLine progress;
  std::string prompt_to_show = options.hide_prompt ? "" : tokenizer::replace_invalid_utf8(prompt);
  std::size_t to_read = tokens.size();
  session::GenerateOptions settings = generate_options(options.generation);
  settings.keep = tokens_to_keep(options, *tokenizer, tokens);
  settings.on_shift = [&](const session::Shift& shift) {
    print_shift(shift);
    to_read = shift.reread + 1;
  };
  settings.prompt_progress = [&](std::size_t done) {
    if (done < to_read) {
      progress.show(fmt::format("reading: {} of {} tokens", done, to_read));
    } else {
      progress.clear();
      show(std::exchange(prompt_to_show, ""));  // not earlier: the progress stood in its last line
    }
    return !reader_gone && !interrupted();
  };
  if (reads_in_one_pass) {
    settings.after_first_token = [&] {
      weights = place_weights(options.model, file, model, /*show_progress=*/false);
      return !interrupted();
    };
  }
  const session::Statistics statistics =
      session::generate(session, *tokenizer, sampler, tokens, settings, show);
  if (!reader_gone) show("\n");
  progress.clear();
  print_statistics(statistics, load_time.count(), weights);
  return 0;
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Continues a text");
  options->model.add_to(*command);
  add_text_options(*command, options->prompt, options->file);
  options->generation.add_to(*command, "the text ends");
  command
      ->add_option("--keep", options->keep,
                   "Tokens of the prompt that stay when --on-full shift drops some; -1: all")
      ->check(number_between(-1, 1e9))
      ->capture_default_str()
      ->type_name("N");
  options->sampler.add_to(*command);
  command->add_flag("--no-display-prompt", options->hide_prompt, "Prints only what is generated");
  command->add_flag("-v,--verbose", options->verbose,
                    "Prints the settings, with the seed, on standard error");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace cli
