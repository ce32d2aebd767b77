#include "measure/perplexity.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.h"
#include "cli/model_options.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "session/session.h"

namespace cli {
namespace {

constexpr std::size_t kDefaultContext = 512;  // llama.cpp's, with which published values are made

struct Options {
  ModelOptions model;
  std::string file;
  std::int64_t context = -1;
  std::int64_t chunks = -1;
};

std::size_t context_size(const Options& options, const model::Config& config) {
  if (options.context < 0) return std::min(config.context_length, kDefaultContext);
  const auto asked = static_cast<std::size_t>(options.context);
  if (asked > config.context_length) {
    print_message(fmt::format(
        "mini_llm: warning: a context of {} is longer than the {} the model was trained for; the perplexity "
        "becomes worse there.\n",
        asked, config.context_length));
  }
  return asked;
}

/// The text's tokens with BOS before them where the model adds one. EOS is left out: the text goes on behind
/// each chunk.
std::vector<session::Token> tokens_of(const std::string& text, const tokenizer::Tokenizer& tokenizer,
                                      std::optional<session::Token> bos) {
  std::vector<session::Token> tokens = tokenizer.encode(text, {false, false});
  if (bos) tokens.insert(tokens.begin(), *bos);
  return tokens;
}

int perplexity(const Options& options) {
  const gguf::File file = gguf::File::open(options.model.model);
  model::Model model = model::load(file);
  const auto tokenizer = load_tokenizer(file, model.config);

  measure::PerplexityOptions settings;
  settings.context = context_size(options, model.config);
  if (options.chunks > 0) settings.chunks = static_cast<std::size_t>(options.chunks);
  if (tokenizer->adds_bos()) settings.bos = tokenizer->bos();
  settings.keep_going = [] { return !interrupted(); };
  const auto tokens = tokens_of(given_text("", options.file), *tokenizer, settings.bos);
  const auto backend = make_backend(options.model, model, settings.context);
  const auto weights = place_weights(options.model, file, model);

  print_message(fmt::format("{} tokens in chunks of {}\n", tokens.size(), settings.context));
  const auto show = [](const measure::Perplexity& so_far) {
    print(fmt::format("[{}]{:.4f},", so_far.chunks, so_far.value()));
  };
  const measure::Perplexity result = measure::measure_perplexity(model, *backend, tokens, settings, show);
  if (result.chunks == 0) throw session::Error("interrupted before the first chunk was done.");
  const auto error = result.error();
  print(fmt::format("\nPPL = {:.4f} +/- {}, {} tokens scored in {} chunks of {}\n", result.value(),
                    error ? fmt::format("{:.5f}", *error) : "unknown", result.tokens, result.chunks,
                    settings.context));
  if (interrupted()) throw session::Error("interrupted; the perplexity above is that of the chunks done.");
  return 0;
}

}  // namespace

void add_perplexity(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "perplexity", "Measures how well a model predicts a text; comparable with llama.cpp's");
  options->model.add_to(*command);
  command->add_option("-f,--file", options->file, "A file with the text, taken as it is")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("-c,--ctx-size", options->context,
                   "Tokens in a chunk (default: 512, at most what the model was trained for)")
      ->check(number_between(3, 2147483647))
      ->type_name("N");
  command->add_option("--chunks", options->chunks, "Chunks to read at most (default: all)")
      ->check(number_between(1, 2147483647))
      ->type_name("N");
  command->callback([options, &action] { action = [options] { return perplexity(*options); }; });
}

}  // namespace cli
