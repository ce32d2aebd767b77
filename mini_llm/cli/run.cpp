#include <fmt/format.h>

#include <chrono>
#include <random>

#include "bytes/printable.h"
#include "cli/commands.h"
#include "cli/model_options.h"
#include "cli/output.h"
#include "cli/sampler_options.h"
#include "cli/signals.h"
#include "session/generate.h"
#include "tokenizer/utf8.h"

namespace cli {
namespace {

constexpr std::size_t kDefaultContext = 4096;

struct RunOptions {
  ModelOptions model;
  SamplerOptions sampler;
  std::string prompt;
  std::string file;
  std::int64_t max_tokens = 256;
  std::int64_t context = -1;
  bool hide_prompt = false;
  bool verbose = false;
};

std::size_t context_size(const RunOptions& options, const model::Config& config) {
  if (options.context == 0) return config.context_length;
  if (options.context < 0) return std::min(config.context_length, kDefaultContext);
  const auto asked = static_cast<std::size_t>(options.context);
  if (asked > config.context_length) {
    print_message(fmt::format(
        "mini_llm: warning: a context of {} is longer than the {} the model was trained for; the text "
        "may become "
        "poor there.\n",
        asked, config.context_length));
  }
  return asked;
}

std::vector<session::Token> prompt_tokens(const tokenizer::Tokenizer& tokenizer, const std::string& prompt) {
  std::vector<session::Token> tokens = tokenizer.encode(prompt, {true, true});
  if (tokens.empty()) {
    throw session::Error(
        "the prompt is empty, and this model has no token to begin a text with. Give a text with -p.");
  }
  return tokens;
}

void print_settings(const RunOptions& options, const gguf::File& file, const model::Config& config,
                    const backend::Backend& backend, const sampler::SamplerOptions& sampling) {
  print_message(fmt::format("model     {}, {}, {} layers, {:.1f} MiB\n",
                            bytes::printable(options.model.model, 1000), model::name(config.architecture),
                            config.layers, static_cast<double>(file.size()) / (1 << 20)));
  print_message(fmt::format("backend   {}, {}, {} threads\n", backend.name(), backend.details(),
                            thread_count(options.model)));
  print_message(fmt::format("context   {} tokens\n", backend.context_size()));
  print_message(fmt::format("sampling  {}\n\n", describe(sampling)));
}

std::string_view describe(session::StopReason reason) {
  switch (reason) {
    case session::StopReason::kEndOfGeneration:
      return "the model ended the text";
    case session::StopReason::kTokenLimit:
      return "the number of tokens asked for (-n) is reached";
    case session::StopReason::kContextFull:
      return "the context is full; a larger one is set with -c";
    case session::StopReason::kInterrupted:
      return "interrupted";
  }
  return "";
}

void print_statistics(const session::Statistics& statistics, double load_seconds) {
  const auto line = [](std::string_view what, std::size_t tokens, double seconds) {
    print_message(fmt::format("{:<10}{:>6} tokens in {:>7.2f} s  {:>8.1f} tokens/s\n", what, tokens, seconds,
                              seconds > 0.0 ? static_cast<double>(tokens) / seconds : 0.0));
  };
  print_message(fmt::format("\nload      {:>23.2f} s\n", load_seconds));
  line("prompt", statistics.prompt_tokens, statistics.prompt_seconds);
  line("generated", statistics.generated_tokens, statistics.generation_seconds);
  print_message(fmt::format("stopped   {}\n", describe(statistics.stop_reason)));
}

int run(const RunOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const gguf::File file = gguf::File::open(options.model.model);
  const model::Model model = model::load(file);
  const auto tokenizer = load_tokenizer(file, model.config);
  const std::string prompt = given_text(options.prompt, options.file);
  const std::vector<session::Token> tokens = prompt_tokens(*tokenizer, prompt);
  const auto backend = make_backend(options.model, model, context_size(options, model.config));
  session::Session session(model, *backend);
  session.check(tokens);  // before anything is printed
  sampler::Sampler sampler(with_seed(options.sampler));
  if (options.verbose) print_settings(options, file, model.config, *backend, sampler.options());
  const std::chrono::duration<double> load_time = std::chrono::steady_clock::now() - start;

  ProgressLine progress;
  session::GenerateOptions generate_options;
  if (options.max_tokens >= 0) generate_options.max_tokens = static_cast<std::size_t>(options.max_tokens);
  generate_options.prompt_progress = [&](std::size_t done) {
    if (done < tokens.size()) {
      progress.show(fmt::format("reading the prompt: {} of {} tokens", done, tokens.size()));
    } else {
      progress.clear();
    }
    return !interrupted();
  };
  bool reader_gone = false;
  const auto show = [&](std::string_view text) {
    try {
      print_untrusted(text);
    } catch (const ReaderGone&) {
      reader_gone = true;
    }
    return !reader_gone && !interrupted();
  };

  if (!options.hide_prompt) show(tokenizer::replace_invalid_utf8(prompt));
  const session::Statistics statistics =
      session::generate(session, *tokenizer, sampler, tokens, generate_options, show);
  if (!reader_gone) show("\n");
  progress.clear();
  print_statistics(statistics, load_time.count());
  return 0;
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Continues a text");
  options->model.add_to(*command);
  add_text_options(*command, options->prompt, options->file);
  command
      ->add_option("-n,--predict", options->max_tokens, "Tokens to generate at most; -1: until the text ends")
      ->check(number_between(-1, 1e9))
      ->capture_default_str()
      ->type_name("N");
  command
      ->add_option(
          "-c,--ctx-size", options->context,
          "Tokens of prompt and text that fit; 0: what the model was trained for (default: that, at most "
          "4096)")
      ->check(number_between(0, 2147483647))
      ->type_name("N");
  options->sampler.add_to(*command);
  command->add_flag("--no-display-prompt", options->hide_prompt, "Prints only what is generated");
  command->add_flag("-v,--verbose", options->verbose,
                    "Prints the settings, with the seed, on standard error");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace cli
