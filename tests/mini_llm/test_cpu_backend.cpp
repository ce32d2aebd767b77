// The fast backend: against the plain forward on tiny models, and against another engine's errors on the
// reference models.

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "backend/cpu_weights.h"
#include "backend/create.h"
#include "kernels/fast.h"
#include "kernels/large_buffer.h"
#include "model/model.h"
#include "plain_forward.h"
#include "support/catch.h"
#include "temporary_folder.h"
#include "tiny_model.h"

namespace {

enum class Weights { kAsInFile, kRearranged };

std::vector<float> cpu_logits(const gguf::File& file, const std::vector<std::int32_t>& tokens,
                              std::size_t batch, int threads, std::string_view kv_type,
                              Weights order = Weights::kAsInFile) {
  model::Model model = model::load(file);
  backend::CpuWeights weights;
  if (order == Weights::kRearranged) {
    weights = backend::CpuWeights::rearrange(model, threads,
                                             [&](std::span<const std::byte> part) { file.forget(part); });
    REQUIRE(weights.size() > 0);
  }
  const auto backend = backend::create(model.config, {"cpu", tokens.size(), batch, threads, kv_type});
  std::vector<float> logits(tokens.size() * model.config.vocabulary, std::nanf("poison"));
  for (std::size_t begin = 0; begin < tokens.size(); begin += batch) {
    const std::size_t n = std::min(batch, tokens.size() - begin);
    model::forward(model, *backend, std::span(tokens).subspan(begin, n), begin,
                   std::span(logits).subspan(begin * model.config.vocabulary, n * model.config.vocabulary));
  }
  return logits;
}

/// ||ours - exact|| / ||exact||
template <typename T>
double relative_error(const std::vector<float>& ours, const std::vector<T>& exact) {
  REQUIRE(ours.size() == exact.size());
  double difference = 0;
  double norm = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    difference += std::pow(static_cast<double>(ours[i]) - exact[i], 2);
    norm += std::pow(static_cast<double>(exact[i]), 2);
  }
  return std::sqrt(difference / norm);
}

std::vector<std::int32_t> random_tokens(std::size_t count, std::uint32_t vocabulary, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::int32_t> tokens(count);
  for (std::int32_t& token : tokens) token = static_cast<std::int32_t>(random() % vocabulary);
  return tokens;
}

}  // namespace

TEST_CASE("the cpu backend computes every architecture as the plain forward does, in any batches") {
  for (const char* kind : kTinyModelKinds) {
    const TinyModel tiny = tiny_model_like(kind, std::random_device{}());
    const TemporaryFolder folder;
    tiny.writer().write(folder.path("tiny.gguf"));
    const gguf::File file = gguf::File::open(folder.path("tiny.gguf"));
    const auto tokens = random_tokens(13, tiny.vocabulary(), tiny.seed);
    const std::vector<double> exact = plain_logits(file, tokens);
    for (const auto& [batch, threads] : {std::pair{13, 2}, {5, 3}, {1, 1}}) {
      const auto ours = cpu_logits(file, tokens, static_cast<std::size_t>(batch), threads, "f32");
      const double error = relative_error(ours, exact);
      INFO(kind << ", seed " << tiny.seed << ", batch " << batch << ": relative error " << error);
      REQUIRE_FALSE(!(error <= 1e-5));  // sums in float
    }
    // A half has 11 bits: about 2^-12 of keys and values is lost.
    REQUIRE_FALSE(!(relative_error(cpu_logits(file, tokens, 4, 2, "f16"), exact) <= 5e-3));
  }
}

TEST_CASE("quantized weights and others may stand side by side in a layer") {
  for (const std::uint32_t experts : {0, 5}) {
    TinyModel tiny = tiny_quantized_model(gguf::TensorType::kQ8_0, std::random_device{}());
    tiny.experts = experts;
    tiny.experts_used = experts;  // all: rounding may decide between two
    tiny.other_types = {{"attn_k.weight", gguf::TensorType::kF32},
                        {"ffn_up.weight", gguf::TensorType::kF16},
                        {"ffn_up_exps.weight", gguf::TensorType::kF16}};
    const TemporaryFolder folder;
    tiny.writer().write(folder.path("tiny.gguf"));
    const gguf::File file = gguf::File::open(folder.path("tiny.gguf"));
    const auto tokens = random_tokens(17, tiny.vocabulary(), tiny.seed);
    const std::vector<double> exact = plain_logits(file, tokens);
    for (const std::size_t batch : {std::size_t{17}, std::size_t{1}}) {
      const double error = relative_error(cpu_logits(file, tokens, batch, 2, "f32"), exact);
      INFO("seed " << tiny.seed << ", " << experts << " experts, batch " << batch << ": relative error "
                   << error);
      CHECK_FALSE(!(error <= 0.1));  // activations of 8 bits; with others in their place about 1
    }
  }
}

TEST_CASE("the cpu backend's results do not depend on the number of threads") {
  const TinyModel tiny = tiny_quantized_model(gguf::TensorType::kQ4_0, std::random_device{}());
  INFO("seed " << tiny.seed);
  const TemporaryFolder folder;
  tiny.writer().write(folder.path("tiny.gguf"));
  const gguf::File file = gguf::File::open(folder.path("tiny.gguf"));
  const auto tokens = random_tokens(17, tiny.vocabulary(), tiny.seed);
  REQUIRE(cpu_logits(file, tokens, 17, 1, "f16") == cpu_logits(file, tokens, 17, 5, "f16"));
}

TEST_CASE("rearranged weights give the same logits but for the last digits, in any batches and threads") {
  for (const gguf::TensorType type :
       {gguf::TensorType::kQ4_0, gguf::TensorType::kQ4_K, gguf::TensorType::kQ5_K, gguf::TensorType::kQ6_K}) {
    TinyModel tiny = tiny_quantized_model(type, std::random_device{}());
    tiny.embedding = 256;  // whole blocks of every type
    tiny.heads = 8;
    tiny.feed_forward = 512;
    INFO("seed " << tiny.seed << ", " << gguf::name(type));
    const TemporaryFolder folder;
    tiny.writer().write(folder.path("tiny.gguf"));
    const gguf::File file = gguf::File::open(folder.path("tiny.gguf"));
    const auto tokens = random_tokens(17, tiny.vocabulary(), tiny.seed);
    for (const std::size_t batch : {std::size_t{17}, std::size_t{3}, std::size_t{1}}) {
      const auto as_in_file = cpu_logits(file, tokens, batch, 1, "f32");
      const auto rearranged = cpu_logits(file, tokens, batch, 1, "f32", Weights::kRearranged);
      // A last digit decides to which byte some activation is rounded, and from there on all are rounded
      // anew: the two are as far apart as two ways of rounding.
      const double error = relative_error(rearranged, as_in_file);
      INFO("batches of " << batch << ": relative error " << error);
      CHECK_FALSE(!(error <= 5e-2));
      CHECK(cpu_logits(file, tokens, batch, 3, "f32", Weights::kRearranged) == rearranged);
    }
  }
}

TEST_CASE("weights are rearranged in slices, and each slice is forgotten once") {
  TinyModel tiny = tiny_quantized_model(gguf::TensorType::kQ4_0, std::random_device{}());
  tiny.layers = 1;
  tiny.embedding = 512;
  tiny.heads = 8;
  tiny.feed_forward = 4096 + 64;  // 1.2 MB in each of three matrices, slices of 1 MiB
  INFO("seed " << tiny.seed);
  const TemporaryFolder folder;
  tiny.writer().write(folder.path("tiny.gguf"));
  const gguf::File file = gguf::File::open(folder.path("tiny.gguf"));
  model::Model model = model::load(file);
  const model::Layer original = model.weights.layers[0];
  std::size_t expected_bytes = 0;
  for (const kernels::Matrix& matrix :
       {original.query, original.key, original.value, original.attention_output, original.gate, original.up,
        original.down, model.weights.output}) {
    if (kernels::fast::interleaved_bytes(matrix) != 0) expected_bytes += matrix.bytes();
  }
  std::size_t forgotten_bytes = 0, slices_of_up = 0;
  const auto weights = backend::CpuWeights::rearrange(model, 2, [&](std::span<const std::byte> part) {
    forgotten_bytes += part.size();
    if (part.data() >= original.up.data && part.data() < original.up.data + original.up.bytes())
      ++slices_of_up;
  });
  CHECK(slices_of_up == 2);
  CHECK(forgotten_bytes == expected_bytes);

  // The whole matrix at once gives the same bytes.
  const kernels::Matrix& up = model.weights.layers[0].up;
  REQUIRE(up.is_interleaved());
  kernels::LargeBuffer at_once(kernels::fast::interleaved_bytes(original.up));
  const kernels::Matrix expected = kernels::fast::interleave(original.up, at_once.bytes().data(), 1);
  REQUIRE(up.bytes() == expected.bytes());
  CHECK(std::memcmp(up.data, expected.data, up.bytes()) == 0);
}

TEST_CASE("a model that is stopped while its weights are rearranged is left as it was") {
  TinyModel tiny = tiny_quantized_model(gguf::TensorType::kQ4_0, std::random_device{}());
  tiny.embedding = 128;
  tiny.heads = 8;
  tiny.feed_forward = 192;
  const TemporaryFolder folder;
  tiny.writer().write(folder.path("tiny.gguf"));
  const gguf::File file = gguf::File::open(folder.path("tiny.gguf"));
  model::Model model = model::load(file);
  int calls = 0;
  const auto weights =
      backend::CpuWeights::rearrange(model, 1, {}, [&](double, double) { return ++calls < 3; });
  CHECK(calls == 3);
  CHECK(weights.size() == 0);
  for (const model::Layer& layer : model.weights.layers) {
    CHECK_FALSE(layer.query.is_interleaved());
    CHECK_FALSE(layer.down.is_interleaved());
  }
}

TEST_CASE("the cpu backend is no further from the exact logits than another engine's fast path") {
  const std::string reference = REFERENCE_DIR;
  if (reference.empty()) {
    WARN("skipped: the reference models are not on this machine");
    return;
  }
  std::ifstream json_file(reference + "/models/reference.json");
  const nlohmann::json json = nlohmann::json::parse(json_file);
  const auto tokens = json.at("tokens").get<std::vector<std::int32_t>>();
  int models = 0;
  int rearranged = 0;
  for (const nlohmann::json& entry : json.at("report")) {
    const std::string path = reference + "/models/" + entry.at("model").get<std::string>();
    if (!std::filesystem::exists(path)) continue;  // the report also names a file that is not kept
    const gguf::File file = gguf::File::open(path);
    const std::string logits_path = path.substr(0, path.size() - 5) + ".logits.f32";
    std::vector<float> exact(std::filesystem::file_size(logits_path) / sizeof(float));
    std::ifstream(logits_path, std::ios::binary)
        .read(reinterpret_cast<char*>(exact.data()),
              static_cast<std::streamsize>(exact.size() * sizeof(float)));
    const bool floats =
        path.ends_with("-f32.gguf");  // the other engine's own results are the exact ones here
    const double bound = floats ? 1e-5 : entry.at("native_rel_err").get<double>();
    model::Model copy = model::load(file);
    const bool can_rearrange = backend::CpuWeights::rearrange(copy, 2).size() > 0;
    rearranged += can_rearrange;
    for (const Weights order : {Weights::kAsInFile, Weights::kRearranged}) {
      if (order == Weights::kRearranged && !can_rearrange) continue;
      for (const std::size_t batch : {tokens.size(), std::size_t{1}}) {
        const double error =
            relative_error(cpu_logits(file, tokens, batch, 2, floats ? "f32" : "f16", order), exact);
        INFO(fmt::format("{}, batch {}, {}: relative error {:.5f}, the other engine's {:.5f}", path, batch,
                         order == Weights::kRearranged ? "rearranged" : "as in the file", error, bound));
        CHECK_FALSE(!(error <= bound));
      }
    }
    ++models;
  }
  REQUIRE(models >= 28);
  REQUIRE(rearranged >= 10);
}

TEST_CASE("keys and values of 8 bits cost little") {
  TinyModel tiny = tiny_quantized_model(gguf::TensorType::kQ8_0, std::random_device{}());
  tiny.head_size = 32;
  INFO("seed " << tiny.seed);
  const TemporaryFolder folder;
  tiny.writer().write(folder.path("tiny.gguf"));
  const gguf::File file = gguf::File::open(folder.path("tiny.gguf"));
  const auto tokens = random_tokens(17, tiny.vocabulary(), tiny.seed);
  const double error =
      relative_error(cpu_logits(file, tokens, 17, 2, "q8_0"), cpu_logits(file, tokens, 17, 2, "f32"));
  INFO("relative error " << error);
  REQUIRE_FALSE(!(error <= 0.05));
  REQUIRE(error > 0.0);
}
