// Benchmarks, bytes read for a token, and perplexity against a computation of its own, all in double.

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "backend/create.h"
#include "error_message.h"
#include "measure/benchmark.h"
#include "measure/bytes_per_token.h"
#include "measure/perplexity.h"
#include "measure/statistics.h"
#include "model/model.h"
#include "plain_forward.h"
#include "session/session.h"
#include "support/catch.h"
#include "temporary_folder.h"
#include "tiny_model.h"

namespace {

/// A tiny model in a file of its own.
struct LoadedModel {
  explicit LoadedModel(const gguf::Writer& writer)
      : file((writer.write(folder.path("m.gguf")), gguf::File::open(folder.path("m.gguf")))),
        model(model::load(file)) {}

  std::unique_ptr<backend::Backend> backend(std::size_t context, std::size_t batch) const {
    return backend::create(model.config, {"reference", context, batch, 2});
  }

  TemporaryFolder folder;
  gguf::File file;
  model::Model model;
};

std::vector<std::int32_t> random_tokens(std::size_t count, std::uint32_t vocabulary, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::int32_t> tokens(count);
  for (auto& token : tokens) token = static_cast<std::int32_t>(random() % vocabulary);
  return tokens;
}

/// Perplexity and its error as the definition says: probabilities from scores in double, token by token.
std::pair<double, double> plain_perplexity(const gguf::File& file, const std::vector<std::int32_t>& tokens,
                                           std::size_t context, std::int32_t bos) {
  std::vector<double> losses;
  for (std::size_t begin = 0; begin + context <= tokens.size(); begin += context) {
    std::vector<std::int32_t> chunk(tokens.begin() + static_cast<std::ptrdiff_t>(begin),
                                    tokens.begin() + static_cast<std::ptrdiff_t>(begin + context));
    if (bos >= 0) chunk[0] = bos;
    const std::vector<double> logits = plain_logits(file, chunk);
    const std::size_t vocabulary = logits.size() / context;
    for (std::size_t i = context / 2; i + 1 < context; ++i) {
      double total = 0;
      for (std::size_t v = 0; v < vocabulary; ++v) total += std::exp(logits[i * vocabulary + v]);
      const auto next = static_cast<std::size_t>(chunk[i + 1]);
      losses.push_back(-std::log(std::exp(logits[i * vocabulary + next]) / total));
    }
  }
  const double n = static_cast<double>(losses.size());
  double sum = 0;
  for (const double loss : losses) sum += loss;
  double squares = 0;
  for (const double loss : losses) squares += (loss - sum / n) * (loss - sum / n);
  return {std::exp(sum / n), std::exp(sum / n) * std::sqrt(squares / n / (n - 1))};
}

}  // namespace

TEST_CASE("perplexity is what a plain computation in double says") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  TinyModel tiny;
  tiny.seed = seed;
  const LoadedModel loaded(tiny.writer());
  const auto tokens = random_tokens(70, tiny.vocabulary(), seed);
  for (const std::size_t context : {3, 16, 17, 33}) {
    for (const std::int32_t bos : {-1, 1}) {
      for (const std::size_t batch : {1, 5, 64}) {
        INFO("context " << context << ", BOS " << bos << ", batch " << batch);
        const auto backend = loaded.backend(context, std::min(batch, context));
        measure::PerplexityOptions options;
        options.context = context;
        if (bos >= 0) options.bos = bos;
        std::vector<double> shown;
        const measure::Perplexity result =
            measure::measure_perplexity(loaded.model, *backend, tokens, options,
                                        [&](const measure::Perplexity& p) { shown.push_back(p.value()); });
        const auto [value, error] = plain_perplexity(loaded.file, tokens, context, bos);
        CHECK(result.chunks == tokens.size() / context);
        CHECK(result.tokens == result.chunks * (context - 1 - context / 2));
        // Scores in float are exact to about 1e-6 of values of a few.
        CHECK_FALSE(!(std::abs(result.value() / value - 1) <= 1e-5));
        CHECK_FALSE(!(std::abs(result.error().value() / error - 1) <= 1e-4));
        REQUIRE(shown.size() == result.chunks);
        CHECK(shown.back() == result.value());
      }
    }
  }
}

TEST_CASE("perplexity is what the exact scores of another engine say") {
  const std::filesystem::path folder = REFERENCE_DIR;
  if (folder.empty()) {
    WARN("skipped: there are no reference models at ../shared/reference");
    return;
  }
  const auto reference = nlohmann::json::parse(std::ifstream(folder / "models" / "reference.json"));
  const auto tokens = reference.at("tokens").get<std::vector<std::int32_t>>();
  const std::size_t n = tokens.size();
  for (const std::string name : {"llama3-f32", "llama2-q8_0"}) {
    INFO(name);
    constexpr std::size_t kVocabulary = 512;
    std::vector<float> logits(n * kVocabulary, std::nanf(""));
    std::ifstream stream(folder / "models" / (name + ".logits.f32"), std::ios::binary);
    stream.read(reinterpret_cast<char*>(logits.data()),
                static_cast<std::streamsize>(logits.size() * sizeof(float)));
    double sum = 0;
    for (std::size_t i = n / 2; i + 1 < n; ++i) {
      double total = 0;
      for (std::size_t v = 0; v < kVocabulary; ++v) total += std::exp(double{logits[i * kVocabulary + v]});
      sum -= std::log(std::exp(double{logits[i * kVocabulary + static_cast<std::size_t>(tokens[i + 1])]}) /
                      total);
    }
    const double expected = std::exp(sum / static_cast<double>(n - 1 - n / 2));

    const gguf::File file = gguf::File::open(folder / "models" / (name + ".gguf"));
    const model::Model model = model::load(file);
    const auto backend = backend::create(model.config, {"reference", n, 8, 2});
    measure::PerplexityOptions options;
    options.context = n;
    const double value = measure::measure_perplexity(model, *backend, tokens, options, {}).value();
    INFO("perplexity " << value << ", expected " << expected);
    CHECK_FALSE(!(std::abs(value / expected - 1) <= 1e-5));
  }
}

TEST_CASE("perplexity of some chunks is that of the text's beginning") {
  const LoadedModel loaded(TinyModel().writer());
  const auto tokens = random_tokens(64, 288, 5);
  const auto backend = loaded.backend(16, 16);
  measure::PerplexityOptions options;
  options.context = 16;
  options.chunks = 2;
  const auto two = measure::measure_perplexity(loaded.model, *backend, tokens, options, {});
  CHECK(two.chunks == 2);
  CHECK(two.tokens == 14);
  options.chunks.reset();
  const std::vector<std::int32_t> beginning(tokens.begin(), tokens.begin() + 40);
  CHECK(measure::measure_perplexity(loaded.model, *backend, beginning, options, {}).value() == two.value());
}

TEST_CASE("perplexity refuses a text shorter than a chunk, and stops when it is told to") {
  const LoadedModel loaded(TinyModel().writer());
  const auto backend = loaded.backend(16, 4);
  measure::PerplexityOptions options;
  options.context = 16;
  const auto measured = [&](std::size_t count) {
    return measure::measure_perplexity(loaded.model, *backend, random_tokens(count, 288, 1), options, {});
  };
  CHECK(contains(error_message([&] { measured(15); }), "15 tokens, but a chunk needs 16"));
  CHECK(contains(error_message([&] { measured(0); }), "0 tokens"));
  const std::size_t chunk =
      4 * loaded.model.config.layers;  // layers that four passes of 4 tokens run through
  std::size_t layers = 0;
  options.keep_going = [&] { return ++layers <= chunk; };
  CHECK(measured(64).chunks == 1);
  CHECK(measured(64).chunks == 0);
}

TEST_CASE("the likelihood of huge and tiny scores neither overflows nor becomes zero") {
  const std::vector<float> far = {1000.0f, 0.0f, -3e38f};
  CHECK(measure::negative_log_likelihood(far, 0) == 0.0);
  CHECK(measure::negative_log_likelihood(far, 1) == 1000.0);
  CHECK(measure::negative_log_likelihood(far, 2) == Approx(3e38));
  CHECK(measure::negative_log_likelihood(std::vector<float>(4, 3e38f), 2) == Approx(std::log(4.0)));
  for (const std::size_t at : {0, 1, 2}) {
    std::vector<float> logits = {0.0f, 1.0f, 2.0f};
    logits[at] = std::nanf("");
    CHECK(std::isnan(measure::negative_log_likelihood(logits, 1)));
  }
}

TEST_CASE("perplexity of weights that are not numbers is refused") {
  TinyModel tiny;
  tiny.without.insert("output_norm.weight");
  gguf::Writer writer = tiny.writer();
  writer.add_tensor("output_norm.weight", gguf::TensorType::kF32, {36},
                    std::vector<std::byte>(36 * sizeof(float), std::byte{0xFF}));
  const LoadedModel loaded(writer);
  const auto backend = loaded.backend(8, 8);
  measure::PerplexityOptions options;
  options.context = 8;
  CHECK(contains(error_message([&] {
                   measure::measure_perplexity(loaded.model, *backend, random_tokens(8, 288, 1), options, {});
                 }),
                 "not numbers"));
}

TEST_CASE("a token reads all weights, but of the embedding table one row") {
  TinyModel tiny;
  const double matrices = 2 * (36 * 36 * 2 + 12 * 36 * 2 + 3 * 36 * 40);
  const double vectors = 36 * 5;
  const double table = 288 * 36;
  CHECK(measure::weight_bytes_per_token(LoadedModel(tiny.writer()).file) ==
        4 * (matrices + vectors + table + 36));
  tiny.tied = true;
  CHECK(measure::weight_bytes_per_token(LoadedModel(tiny.writer()).file) == 4 * (matrices + vectors + table));
}

TEST_CASE("of experts a token reads those it uses") {
  gguf::Writer writer;
  writer.set_string("general.architecture", "llama");
  writer.set_uint32("llama.expert_count", 8);
  writer.set_uint32("llama.expert_used_count", 2);
  writer.add_tensor("blk.0.ffn_up_exps.weight", gguf::TensorType::kF32, {4, 2, 8},
                    std::vector<std::byte>(256));
  writer.add_tensor("blk.1.ffn_up.7.weight", gguf::TensorType::kF32, {4, 2}, std::vector<std::byte>(32));
  writer.add_tensor("blk.0.ffn_norm.weight", gguf::TensorType::kF32, {4}, std::vector<std::byte>(16));
  const TemporaryFolder folder;
  writer.write(folder.path("m.gguf"));
  CHECK(measure::weight_bytes_per_token(gguf::File::open(folder.path("m.gguf"))) == 64 + 8 + 16);
}

TEST_CASE("attention reads half of the final context's keys and values on average") {
  const LoadedModel loaded(TinyModel().writer());
  // 2 layers, keys and values of 2 heads of 6 floats: 192 bytes a position; positions 1 to 9 are 5 on
  // average.
  CHECK(measure::kv_bytes_per_token(*loaded.backend(9, 1), 9) == 5 * 192);
}

TEST_CASE("a benchmark times as many runs as it was told, on a context that begins anew") {
  using Kind = measure::Benchmark::Kind;
  const LoadedModel loaded(TinyModel().writer());
  const auto backend = loaded.backend(7, 3);  // a second run would not fit behind the first
  for (const Kind kind : {Kind::kPrompt, Kind::kGeneration}) {
    int warm_ups = 0;
    const auto seconds = measure::time_runs(loaded.model, *backend, {kind, 7}, 4, [&](int run) {
      warm_ups += run == 0 ? 1 : 0;
      return true;
    });
    CHECK(seconds.size() == 4);
    CHECK(warm_ups > 0);
    for (const double s : seconds) CHECK(s > 0);
    CHECK(measure::time_runs(loaded.model, *backend, {kind, 7}, 4, [](int run) { return run < 3; }).size() ==
          2);
  }
}

TEST_CASE("mean and deviation of samples") {
  CHECK(measure::mean(std::vector<double>{1, 2, 6}) == 3);
  CHECK(measure::standard_deviation(std::vector<double>{1, 2, 6}) == Approx(std::sqrt(7.0)));
  CHECK(measure::standard_deviation(std::vector<double>{5}) == 0);
}
