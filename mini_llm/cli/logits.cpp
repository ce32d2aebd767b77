#include <fmt/format.h>

#include <charconv>

#include "bytes/output_file.h"
#include "cli/commands.h"
#include "cli/model_options.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "session/session.h"

namespace cli {
namespace {

struct LogitsOptions {
  ModelOptions model;
  std::string tokens;
  std::string out;
};

/// "1,2,3"; nullopt for anything else.
std::optional<std::vector<std::int64_t>> parse_tokens(std::string_view text) {
  std::vector<std::int64_t> tokens;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    std::int64_t token = 0;
    const auto [stop, error] = std::from_chars(at, end, token);
    if (error != std::errc()) return std::nullopt;
    tokens.push_back(token);
    if (stop == end) return tokens;
    if (*stop != ',') return std::nullopt;
    at = stop + 1;
  }
}

std::string check_tokens(const std::string& text) {
  if (parse_tokens(text)) return "";
  return fmt::format("'{}' is not a list of token ids such as 1,2,3", text);
}

int write_logits(const LogitsOptions& options) {
  const gguf::File file = gguf::File::open(options.model.model);
  model::Model model = model::load(file);
  std::vector<session::Token> tokens;
  const auto ids = parse_tokens(options.tokens);
  for (const std::int64_t token : ids.value()) {
    tokens.push_back(model::checked_token(model.config, token));
  }
  const auto backend = make_backend(options.model, model, tokens.size());
  const auto weights = place_weights(options.model, file, model);
  session::Session session(model, *backend);
  bytes::OutputFile out(options.out);
  ProgressLine progress;
  const auto write = [&](std::span<const float> logits) {
    out.write(std::as_bytes(logits));  // little-endian, as every supported processor
  };
  const auto tell = [&](std::size_t done) {
    progress.show(fmt::format("{} of {} tokens", done, tokens.size()));
    return !interrupted();
  };
  if (!session.append_with_logits(tokens, write, tell)) {
    throw session::Error("interrupted; nothing was written.");
  }
  out.commit();
  return 0;
}

}  // namespace

void add_logits(CLI::App& app, Action& action) {
  auto options = std::make_shared<LogitsOptions>();
  CLI::App* command =
      app.add_subcommand("logits", "Writes the scores of every next token after each given token");
  options->model.add_to(*command);
  command->add_option("--tokens", options->tokens, "Token ids, such as 1,2,3; none is added")
      ->required()
      ->check(check_tokens)
      ->type_name("IDS");
  command
      ->add_option("-o,--out", options->out, "The file to write: float32 little-endian, [tokens][vocabulary]")
      ->required()
      ->type_name("FILE");
  command->callback([options, &action] { action = [options] { return write_logits(*options); }; });
}

}  // namespace cli
