#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/model_options.h"
#include "cli/output.h"

namespace cli {
namespace {

struct TokenizeOptions {
  std::string model;
  std::string prompt;
  std::string file;
  bool no_bos = false;
  bool parse_special = false;
};

int tokenize(const TokenizeOptions& options) {
  const gguf::File file = gguf::File::open(options.model);
  const auto tokenizer = tokenizer::Tokenizer::load(file);
  const std::string text = given_text(options.prompt, options.file);
  const auto tokens = tokenizer->encode(text, {!options.no_bos, options.parse_special});
  print(fmt::format("{}\n", fmt::join(tokens, " ")));
  return 0;
}

}  // namespace

void add_tokenize(CLI::App& app, Action& action) {
  auto options = std::make_shared<TokenizeOptions>();
  CLI::App* command = app.add_subcommand("tokenize", "Prints the token ids of a text on one line");
  add_model_option(*command, options->model);
  add_text_options(*command, options->prompt, options->file);
  command->add_flag("--no-bos", options->no_bos,
                    "Without the tokens that the model adds at the beginning and end");
  command->add_flag("--parse-special", options->parse_special,
                    "Takes the text of control tokens for those tokens");
  command->callback([options, &action] { action = [options] { return tokenize(*options); }; });
}

}  // namespace cli
