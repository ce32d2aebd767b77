#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "bytes/printable.h"
#include "chat/template.h"
#include "cli/chat_input.h"
#include "cli/commands.h"
#include "cli/generation_options.h"
#include "cli/model_options.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/sampler_options.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "session/chat.h"

namespace cli {
namespace {

struct ChatOptions {
  ModelOptions model;
  SamplerOptions sampler;
  GenerationOptions generation;
  std::string system;
  std::string chat_template;
  bool show_prompt = false;
  bool verbose = false;
};

chat::Template choose_template(const ChatOptions& options, const gguf::File& file) {
  if (!options.chat_template.empty()) return chat::Template::named(options.chat_template);
  const std::string path = bytes::printable(options.model.model, 1000);
  const std::string ask = fmt::format("Say with --chat-template NAME which one it was trained with: {}.",
                                      fmt::join(chat::Template::names(), ", "));
  const auto text = file.find_string("tokenizer.chat_template");
  if (!text) {
    throw chat::Error(
        fmt::format("{}: the file has no chat template ('tokenizer.chat_template'), so the model may not be "
                    "made for conversations; 'run' continues a text. {}",
                    path, ask));
  }
  if (const auto known = chat::Template::recognize(*text)) return *known;
  throw chat::Error(
      fmt::format("{}: its chat template is none of those that this program knows. {}", path, ask));
}

/// The tokens as text, special ones by their names, and their ids.
void print_prompt(const tokenizer::Tokenizer& tokenizer, const chat::Prompt& prompt, std::size_t reused) {
  std::string text;
  for (const session::Token token : prompt.tokens) text += tokenizer.decode_piece(token, {true});
  print_message(fmt::format("prompt: {} tokens, {} of them read before\n", prompt.tokens.size(), reused));
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    print_message(fmt::format("| {}\n", bytes::printable(text.substr(begin, end - begin), text.size() * 8)));
    begin = end + 1;
  }
  print_message(fmt::format("ids: {}\n", fmt::join(prompt.tokens, " ")));
}

void print_help() {
  print_message(
      "/help   shows this\n"
      "/reset  forgets the conversation, except the system message\n"
      "/stats  tells how many tokens were read and made, and how fast\n"
      "/quit   ends; so does the end of the input (Ctrl-D)\n"
      "Ctrl-C  stops an answer; at the prompt it ends\n"
      "A line that ends in a backslash goes on in the next one.\n");
}

/// A conversation on standard input and output.
class Conversation {
 public:
  Conversation(const ChatOptions& options, session::Chat& chat, const tokenizer::Tokenizer& tokenizer,
               sampler::Sampler& sampler, double load_seconds)
      : options_(options),
        chat_(chat),
        tokenizer_(tokenizer),
        sampler_(sampler),
        load_seconds_(load_seconds) {}

  void hold() {
    while (!done_ && !terminated()) {
      clear_interrupt();
      const auto input = read_input();
      if (!input) break;
      if (!obey(*input) && input->find_first_not_of(" \t\n") != input->npos) answer(*input);
    }
  }

  void print_statistics() const {
    print_message(fmt::format("\nload      {:>23.2f} s\n", load_seconds_));
    print_speed("prompts", total_.prompt_tokens, total_.prompt_seconds);
    print_message(fmt::format("reused    {:>6} tokens that were read before\n", reused_));
    print_speed("generated", total_.generated_tokens, total_.generation_seconds);
    print_message(fmt::format("answers   {:>6}\n", answers_));
  }

 private:
  /// A slash and letters are a command; "/usr/bin" and "/ 2" are not.
  bool obey(std::string_view input) {
    const std::string_view command = input.substr(0, input.find_last_not_of(" \t") + 1);
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
    if (command.size() < 2 || command[0] != '/' || command.find_first_not_of(kLetters, 1) != command.npos)
      return false;
    if (command == "/quit") {
      done_ = true;
    } else if (command == "/reset") {
      chat_.reset();
      print_message("The conversation is forgotten.\n");
    } else if (command == "/stats") {
      print_statistics();
    } else {
      if (command != "/help")
        print_message(fmt::format("There is no command {}.\n", bytes::printable(command, 60)));
      print_help();
    }
    return true;
  }

  void answer(const std::string& question) {
    ProgressLine progress;
    std::size_t to_read = 0;
    session::GenerateOptions settings = generate_options(options_.generation);
    settings.on_shift = [&](const session::Shift& shift) {
      print_shift(shift);
      to_read = shift.reread + 1;
    };
    settings.prompt_progress = [&](std::size_t done) {
      if (done < to_read) {
        progress.show(fmt::format("reading: {} of {} tokens", done, to_read));
      } else {
        progress.clear();
      }
      return !interrupted();
    };
    session::Chat::Callbacks callbacks;
    callbacks.text = [&](std::string_view text) { return show(text) && !interrupted(); };
    callbacks.prompt = [&](const chat::Prompt& prompt, std::size_t reused) {
      to_read = prompt.tokens.size() - reused;
      if (options_.show_prompt) print_prompt(tokenizer_, prompt, reused);
    };
    callbacks.forgotten = [](std::size_t questions) {
      print_message(fmt::format(
          "mini_llm: the conversation does not fit into the context: the oldest {} are forgotten.\n",
          questions == 1 ? "question and its answer"
                         : fmt::format("{} questions with their answers", questions)));
    };

    session::Chat::Turn turn;
    try {
      turn = chat_.ask(question, sampler_, settings, callbacks);
    } catch (const session::Error& error) {
      if (!is_terminal(stdin)) throw;  // there is nobody to ask another question instead
      print_message(fmt::format("mini_llm: {}\n", error.what()));
      return;
    }
    progress.clear();
    show("\n");
    add(turn);
  }

  void add(const session::Chat::Turn& turn) {
    total_.prompt_tokens += turn.statistics.prompt_tokens;
    total_.prompt_seconds += turn.statistics.prompt_seconds;
    total_.generated_tokens += turn.statistics.generated_tokens;
    total_.generation_seconds += turn.statistics.generation_seconds;
    reused_ += turn.reused;
    ++answers_;
    const session::StopReason reason = turn.statistics.stop_reason;
    if (reason != session::StopReason::kEndOfGeneration)
      print_message(fmt::format("mini_llm: the answer stopped: {}.\n", describe(reason)));
  }

  /// @return false when nobody reads the output any more
  bool show(std::string_view text) {
    if (reader_gone_) return false;
    try {
      print_untrusted(text);
    } catch (const ReaderGone&) {
      reader_gone_ = done_ = true;
    }
    return !reader_gone_;
  }

  const ChatOptions& options_;
  session::Chat& chat_;
  const tokenizer::Tokenizer& tokenizer_;
  sampler::Sampler& sampler_;
  double load_seconds_;
  session::Statistics total_;
  std::size_t reused_ = 0;
  std::size_t answers_ = 0;
  bool done_ = false;
  bool reader_gone_ = false;
};

int hold_chat(const ChatOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const gguf::File file = gguf::File::open(options.model.model);
  model::Model model = model::load(file);
  const auto tokenizer = load_tokenizer(file, model.config);
  const chat::Template shape = choose_template(options, file);
  const auto backend = make_backend(options.model, model, context_size(options.generation, model.config));
  const auto weights = place_weights(options.model, file, model);
  session::Session session(model, *backend);
  session::Chat chat(session, *tokenizer, shape, options.system);
  sampler::Sampler sampler(with_seed(options.sampler));
  if (options.verbose) {
    print_settings(options.model, file, model.config, *backend, sampler.options());
    print_weights(weights);
    print_message(fmt::format("template  {}\n\n", shape.name()));
  }
  const std::chrono::duration<double> load_time = std::chrono::steady_clock::now() - start;

  if (is_terminal(stdin)) print_message("Ask something. /help lists the commands.\n");
  Conversation conversation(options, chat, *tokenizer, sampler, load_time.count());
  try {
    conversation.hold();
  } catch (...) {
    conversation.print_statistics();
    throw;
  }
  conversation.print_statistics();
  return 0;
}

}  // namespace

void add_chat(CLI::App& app, Action& action) {
  auto options = std::make_shared<ChatOptions>();
  CLI::App* command = app.add_subcommand("chat", "Holds a conversation");
  options->model.add_to(*command);
  command
      ->add_option("--system", options->system,
                   "What the model is told about itself before the first question")
      ->type_name("TEXT");
  command
      ->add_option("--chat-template", options->chat_template,
                   "How conversations are written for the model (default: as its file says)")
      ->check(CLI::IsMember(chat::Template::names()))
      ->type_name("NAME");
  command->add_flag("--show-prompt", options->show_prompt,
                    "Prints what the model reads, with the token ids, on standard error");
  options->generation.add_to(*command, "the model ends its answer");
  options->sampler.add_to(*command);
  command->add_flag("-v,--verbose", options->verbose,
                    "Prints the settings, with the seed, on standard error");
  command->callback([options, &action] { action = [options] { return hold_chat(*options); }; });
}

}  // namespace cli
