// Generating in a context that is full, and conversations that reuse what was read.

#include <fmt/format.h>

#include <chrono>
#include <random>
#include <thread>

#include "backend/reference_backend.h"
#include "error_message.h"
#include "session/chat.h"
#include "support/catch.h"
#include "temporary_folder.h"
#include "tiny_model.h"

namespace {

using session::OnFull;
using session::Session;
using session::Token;

/// A random model with all that is needed to generate with it.
struct Engine {
  explicit Engine(std::size_t context, std::uint32_t seed = 1, const std::string& kind = "llama")
      : path(write(folder, seed, kind)),
        file(gguf::File::open(path)),
        model(model::load(file)),
        backend(model.config, {context, 3, 1}),
        session(model, backend),
        tokenizer(tokenizer::Tokenizer::load(file)) {}

  static std::filesystem::path write(const TemporaryFolder& folder, std::uint32_t seed,
                                     const std::string& kind) {
    tiny_model_like(kind, seed).writer().write(folder.path("tiny.gguf"));
    return folder.path("tiny.gguf");
  }

  TemporaryFolder folder;
  std::filesystem::path path;
  gguf::File file;
  model::Model model;
  backend::ReferenceBackend backend;
  Session session;
  std::unique_ptr<tokenizer::Tokenizer> tokenizer;
};

std::vector<Token> tokens_of(const Session& session) {
  return {session.tokens().begin(), session.tokens().end()};
}

std::vector<float> copy(std::span<const float> logits) { return {logits.begin(), logits.end()}; }

/// The scores after these tokens, read at once by a session of its own.
std::vector<float> fresh_logits(const std::vector<Token>& tokens) {
  Engine fresh(tokens.size());
  return copy(fresh.session.append(tokens));
}

bool ignore_text(std::string_view) { return true; }

sampler::SamplerOptions greedy() {
  sampler::SamplerOptions options;
  options.temperature = 0;
  return options;
}

// What a session of 13 places holds when it is full.
const std::vector<Token> kFull = {1, 260, 261, 262, 263, 264, 265, 266, 267, 268, 269, 270, 271};

}  // namespace

TEST_CASE("a shift keeps the beginning, drops the older half, and leaves what a fresh start would") {
  Engine engine(kFull.size());
  engine.session.append(kFull);
  session::Shift told = {};
  const auto logits =
      session::shift(engine.session, 3, 272, [&](const session::Shift& shift) { told = shift; });
  REQUIRE(logits);
  const std::vector<Token> expected = {1, 260, 261, 267, 268, 269, 270, 271, 272};
  CHECK(tokens_of(engine.session) == expected);
  CHECK(copy(*logits) == fresh_logits(expected));
  CHECK(told.kept == 3);
  CHECK(told.dropped == 5);
  CHECK(told.reread == 5);
}

TEST_CASE("a shift that keeps nearly everything drops one token, and one that keeps all is none") {
  Engine engine(kFull.size());
  engine.session.append(kFull);
  REQUIRE(session::shift(engine.session, kFull.size() - 1, 272));
  CHECK(engine.session.tokens().back() == 272);
  CHECK(engine.session.position() == kFull.size());
  for (const std::size_t keep : {kFull.size(), kFull.size() + 1, static_cast<std::size_t>(-1)}) {
    CHECK_FALSE(session::shift(engine.session, keep, 273));
    CHECK(engine.session.position() == kFull.size());
  }
}

TEST_CASE("a shift that is interrupted says so") {
  Engine engine(kFull.size());
  engine.session.append(kFull);
  const auto logits = session::shift(engine.session, 1, 272, {}, [](std::size_t) { return false; });
  REQUIRE(logits);
  CHECK(logits->empty());
}

TEST_CASE("generating stops in a full context, or shifts and goes on") {
  const std::vector<Token> prompt = {1, 274, 260};
  session::GenerateOptions options;
  options.max_tokens = 40;
  options.keep = 2;
  std::size_t shifts = 0;
  options.on_shift = [&](const session::Shift&) { ++shifts; };
  sampler::Sampler sampler(greedy());

  Engine stops(16);
  const auto stopped =
      session::generate(stops.session, *stops.tokenizer, sampler, prompt, options, ignore_text);
  REQUIRE(stopped.stop_reason == session::StopReason::kContextFull);  // this model does not end the text
  CHECK(shifts == 0);
  CHECK(stopped.generated_tokens == 16 - 3 + 1);

  options.on_full = OnFull::kShift;
  Engine goes_on(16);
  const auto shifted =
      session::generate(goes_on.session, *goes_on.tokenizer, sampler, prompt, options, ignore_text);
  CHECK(shifted.stop_reason == session::StopReason::kTokenLimit);
  CHECK(shifted.generated_tokens == 40);
  CHECK(shifts >= 3);
  CHECK(goes_on.session.tokens()[0] == 1);
  CHECK(goes_on.session.tokens()[1] == 274);

  options.keep = 16;  // nothing to drop
  Engine cannot(16);
  const auto full =
      session::generate(cannot.session, *cannot.tokenizer, sampler, prompt, options, ignore_text);
  CHECK(full.stop_reason == session::StopReason::kContextFull);
}

TEST_CASE("reading tells of every layer, and can be stopped after any of them and go on later") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  for (const char* kind : kTinyModelKinds) {
    INFO(kind);
    Engine at_once(kFull.size(), seed, kind);
    std::vector<std::size_t> told;
    const auto expected = copy(at_once.session.append(kFull, [&](std::size_t done) {
      told.push_back(done);
      return true;
    }));
    const std::size_t layers = at_once.model.config.layers;
    CHECK(told == (layers == 2
                       ? std::vector<std::size_t>{1, 3, 4, 6, 7, 9, 10, 12, 12, 13}
                       : std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 12, 13}));
    for (std::size_t stop = 1; stop <= told.size(); ++stop) {
      Engine engine(kFull.size(), seed, kind);
      std::size_t calls = 0;
      const auto until_stop = [&](std::size_t) { return ++calls < stop; };
      CHECK(engine.session.append(kFull, until_stop).empty());
      CHECK(calls == stop);
      const std::size_t read = engine.session.position();
      CHECK(read == (stop - 1) / layers * 3);  // passes that were done
      CHECK(copy(engine.session.append(std::span(kFull).subspan(read))) == expected);

      Engine scored(kFull.size(), seed, kind);
      calls = 0;
      std::size_t rows = 0;
      const auto count = [&](std::span<const float> logits) { rows += logits.size(); };
      CHECK_FALSE(scored.session.append_with_logits(kFull, count, until_stop));
      CHECK(rows == read * scored.model.config.vocabulary);
    }
  }
}

TEST_CASE("what is to be done after the first token is done once, only if another is wanted, and not timed") {
  const std::vector<Token> prompt = {1, 274, 260};
  sampler::Sampler sampler(greedy());
  std::size_t printed = 0;
  std::size_t calls = 0;
  std::size_t printed_before = 0;
  bool go_on = true;
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;
  double pause = 0.0, whole = 0.0;
  session::GenerateOptions options;
  options.after_first_token = [&] {
    ++calls;
    printed_before = printed;
    const auto start = Clock::now();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    pause = Seconds(Clock::now() - start).count();
    return go_on;
  };
  const auto generate = [&](std::size_t tokens) {
    Engine engine(32);
    printed = calls = 0;
    options.max_tokens = tokens;
    const auto start = Clock::now();
    const auto statistics = session::generate(engine.session, *engine.tokenizer, sampler, prompt, options,
                                              [&](std::string_view) { return ++printed > 0; });
    whole = Seconds(Clock::now() - start).count();
    return statistics;
  };

  generate(1);
  CHECK(calls == 0);
  const auto several = generate(5);
  CHECK(calls == 1);
  CHECK(printed_before == 1);
  CHECK(several.generated_tokens == 5);
  CHECK(several.generation_seconds >= 0.0);
  CHECK(several.generation_seconds <= whole - pause);  // however slow the machine
  go_on = false;
  const auto ended = generate(5);
  CHECK(ended.generated_tokens == 1);
  CHECK(ended.stop_reason == session::StopReason::kInterrupted);
}

TEST_CASE("going back to what a prompt has in common reads only the rest, with the same scores") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Engine engine(64);
  for (int i = 0; i < 20; ++i) {
    // Few different tokens, so that prompts often have a beginning in common, or are the same.
    std::vector<Token> prompt(1 + random() % 9);
    for (Token& token : prompt) token = static_cast<Token>(random() % 2);
    const std::vector<Token> before = tokens_of(engine.session);
    const std::size_t reused = engine.session.rewind_to_common(prompt);
    REQUIRE(reused < prompt.size());
    REQUIRE(std::equal(prompt.begin(), prompt.begin() + static_cast<std::ptrdiff_t>(reused), before.begin()));
    const bool differs_or_last =
        reused + 1 == prompt.size() || reused == before.size() || before[reused] != prompt[reused];
    CHECK(differs_or_last);
    const auto logits = copy(engine.session.append(std::span(prompt).subspan(reused)));
    REQUIRE(tokens_of(engine.session) == prompt);
    REQUIRE(logits == fresh_logits(prompt));
  }
}

namespace {

/// A conversation with the tiny model in the form of Zephyr.
struct Talk {
  explicit Talk(std::size_t context, const std::string& system = "")
      : engine(context), chat(engine.session, *engine.tokenizer, chat::Template::named("zephyr"), system) {
    options.max_tokens = 4;
    callbacks.text = ignore_text;
    callbacks.prompt = [this](const chat::Prompt& prompt, std::size_t) { last_prompt = prompt.tokens; };
    callbacks.forgotten = [this](std::size_t questions) { forgotten += questions; };
  }

  session::Chat::Turn ask(const std::string& question) {
    sampler::Sampler sampler(greedy());
    return chat.ask(question, sampler, options, callbacks);
  }

  Engine engine;
  session::Chat chat;
  session::GenerateOptions options;
  session::Chat::Callbacks callbacks;
  std::vector<Token> last_prompt;
  std::size_t forgotten = 0;
};

}  // namespace

TEST_CASE("a second question reads only what is new, and is answered as without the reuse") {
  Talk talk(400);
  const auto first = talk.ask("hello");
  CHECK(first.reused == 0);
  CHECK(first.statistics.prompt_tokens == talk.last_prompt.size());
  const std::size_t first_prompt = talk.last_prompt.size();
  const auto second = talk.ask("world");
  CHECK(second.reused >= first_prompt);
  CHECK(second.reused + second.statistics.prompt_tokens == talk.last_prompt.size());
  REQUIRE(talk.chat.conversation().size() == 4);

  Engine fresh(400);
  sampler::Sampler sampler(greedy());
  std::string answer;
  session::generate(fresh.session, *fresh.tokenizer, sampler, talk.last_prompt, talk.options,
                    [&](std::string_view text) {
                      answer += text;
                      return true;
                    });
  CHECK(talk.chat.conversation().back().content == answer);
  talk.chat.reset();
  CHECK(talk.chat.conversation().empty());
}

TEST_CASE("a conversation that fills the context is refused, and stays as it was") {
  Talk talk(60, "llo");
  talk.ask("hello");
  const auto before = talk.chat.conversation();
  CHECK(contains(error_message([&] { talk.ask(std::string(50, 'x')); }), "/reset"));
  CHECK(talk.chat.conversation().size() == before.size());
  talk.chat.reset();
  REQUIRE(talk.chat.conversation().size() == 1);
  CHECK(talk.chat.conversation()[0].content == "llo");
}

TEST_CASE("with shift the oldest questions are forgotten, the system message is not") {
  Talk talk(150, "llo");
  talk.options.on_full = OnFull::kShift;
  for (int i = 0; i < 8; ++i) talk.ask(fmt::format("hello {}", i));
  CHECK(talk.forgotten > 0);
  const auto& conversation = talk.chat.conversation();
  CHECK(conversation.size() == 1 + 2 * (8 - talk.forgotten));
  CHECK(conversation[0].role == chat::Role::kSystem);
  CHECK(conversation[1].role == chat::Role::kUser);
  CHECK(conversation[conversation.size() - 2].content == "hello 7");
  // A question too long by itself is refused whatever is forgotten.
  const auto size = conversation.size();
  CHECK(contains(error_message([&] { talk.ask(std::string(200, 'x')); }), "the question has"));
  CHECK(talk.chat.conversation().size() == size);
}

TEST_CASE("an answer that is interrupted before it begins leaves the conversation as it was") {
  Talk talk(400);
  talk.options.prompt_progress = [](std::size_t) { return false; };
  CHECK(talk.ask("hello").statistics.stop_reason == session::StopReason::kInterrupted);
  CHECK(talk.chat.conversation().empty());
  talk.options.prompt_progress = {};
  talk.ask("hello");
  CHECK(talk.chat.conversation().size() == 2);
}
