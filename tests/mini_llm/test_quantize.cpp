// The commands quantize and make-random: the files they write, and what they leave when they fail. Uses a
// shell, so POSIX only.

#include <fmt/format.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>

#include "backend/reference_backend.h"
#include "error_message.h"
#include "kernels/float16.h"
#include "model/model.h"
#include "quantize/quantize_file.h"
#include "quantize/random_model.h"
#include "support/catch.h"
#include "support/plain_weight.h"
#include "temporary_folder.h"
#include "tiny_model.h"

namespace {

using quantize::find_recipe;
using quantize::ModelTraits;

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Result {
  int status;
  std::string err;
};

/// Runs a command line in the folder; $P is the program.
Result shell(const TemporaryFolder& folder, const std::string& command) {
  const std::string line = "cd '" + folder.path("").string() + "' && P='" MINI_LLM_PROGRAM "' && { " +
                           command + " ; } >out.txt 2>err.txt </dev/null";
  const int status = std::system(line.c_str());
  REQUIRE(WIFEXITED(status));  // a crash is never right
  return {WEXITSTATUS(status), content(folder.path("err.txt"))};
}

std::size_t files_in(const TemporaryFolder& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path(""))) ++count;
  return count;
}

quantize::Report quantize_to(const gguf::File& in, const std::filesystem::path& out, const char* type,
                             int threads = 2) {
  return quantize::quantize_file(in, out, *find_recipe(type), threads, [](std::string_view, double) {});
}

/// A model of 256 columns in F32, in a file.
std::filesystem::path write_floats(const TemporaryFolder& folder, std::uint32_t seed) {
  TinyModel tiny = tiny_quantized_model(gguf::TensorType::kF32, seed);
  tiny.embedding = 256;
  tiny.heads = 8;
  tiny.kv_heads = 2;
  tiny.feed_forward = 512;
  tiny.writer().write(folder.path("floats.gguf"));
  return folder.path("floats.gguf");
}

gguf::TensorType type_of(const char* recipe, const ModelTraits& model, const char* tensor,
                         std::uint64_t cols) {
  return quantize::choose_type(*find_recipe(recipe), model, tensor, cols).type;
}

}  // namespace

TEST_CASE("quantized files keep the metadata and shapes, and their weights are near the original") {
  const TemporaryFolder folder;
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  const gguf::File in = gguf::File::open(write_floats(folder, seed));
  for (const quantize::Recipe& recipe : quantize::recipes()) {
    INFO(recipe.name);
    const auto path = folder.path("out.gguf");
    const quantize::Report report = quantize_to(in, path, std::string(recipe.name).c_str());
    const gguf::File out = gguf::File::open(path);
    CHECK(out.get_uint("general.file_type") == recipe.file_type);
    CHECK(out.get_uint("general.quantization_version") == 2);
    for (const gguf::KeyValue& entry : in.metadata()) {
      const gguf::KeyValue* kept = out.find(entry.key);
      REQUIRE(kept != nullptr);
      REQUIRE(kept->data.size() == entry.data.size());
      CHECK(std::memcmp(kept->data.data(), entry.data.data(), entry.data.size()) == 0);
    }
    REQUIRE(out.tensors().size() == in.tensors().size());
    double error = 0.0;
    double size = 0.0;
    for (std::size_t t = 0; t < in.tensors().size(); ++t) {
      const gguf::TensorInfo& before = in.tensors()[t];
      const gguf::TensorInfo& after = out.tensors()[t];
      INFO(before.name);
      REQUIRE(after.name == before.name);
      REQUIRE(after.dimensions == before.dimensions);
      const bool vector = before.dimension_count == 1;
      CHECK((vector ? after.type == gguf::TensorType::kF32 : recipe.mixed || after.type == recipe.type));
      for (std::uint64_t i = 0; i < before.elements(); ++i) {
        const double was = plain_weight(before.type, before.data.data(), i);
        const double is = plain_weight(after.type, after.data.data(), i);
        if (vector) REQUIRE(is == was);
        if (!vector) error += (is - was) * (is - was);
        if (!vector) size += was * was;
      }
    }
    const double relative = std::sqrt(error / size);
    INFO("relative error " << relative);
    CHECK_FALSE(!(relative <= 0.35));
    if (recipe.type != gguf::TensorType::kF32) {
      CHECK_FALSE(!(std::abs(relative - report.relative_error()) <= 1e-6));
    }
    CHECK_NOTHROW(model::load(out));
  }
}

TEST_CASE("quantizing gives the same file with any number of threads") {
  const TemporaryFolder folder;
  const gguf::File in = gguf::File::open(write_floats(folder, 3));
  quantize_to(in, folder.path("one.gguf"), "Q4_K_M", 1);
  quantize_to(in, folder.path("three.gguf"), "Q4_K_M", 3);
  CHECK(content(folder.path("one.gguf")) == content(folder.path("three.gguf")));
}

TEST_CASE("Q4_K_M and Q5_K_M give Q6_K to the layers that llama.cpp chooses") {
  using enum gguf::TensorType;
  const ModelTraits model = {32, 0, false};
  std::string chosen;
  for (std::size_t i = 0; i < 32; ++i) {
    const std::string layer = fmt::format("blk.{}.", i);
    const gguf::TensorType value = type_of("Q4_K_M", model, (layer + "attn_v.weight").c_str(), 4096);
    CHECK(type_of("Q4_K_M", model, (layer + "ffn_down.weight").c_str(), 4096) == value);
    CHECK(type_of("Q5_K_M", model, (layer + "ffn_down.weight").c_str(), 4096) ==
          (value == kQ6_K ? kQ6_K : kQ5_K));
    if (value == kQ6_K) chosen += fmt::format("{} ", i);
    CHECK(type_of("Q4_K_M", model, (layer + "attn_q.weight").c_str(), 4096) == kQ4_K);
  }
  CHECK(chosen == "0 1 2 3 6 9 12 15 18 21 24 27 28 29 30 31 ");
  CHECK(type_of("Q4_K_M", model, "output.weight", 4096) == kQ6_K);
  CHECK(type_of("Q4_K_M", model, "token_embd.weight", 4096) == kQ4_K);
  CHECK(type_of("Q4_K_M", {32, 0, true}, "token_embd.weight", 4096) == kQ6_K);
  CHECK(type_of("Q4_K", model, "output.weight", 4096) == kQ4_K);
  CHECK(type_of("Q4_K_M", model, "blk.5.attn_q.weight", 896) == kQ5_0);
  CHECK(type_of("Q4_K_M", model, "output.weight", 896) == kQ8_0);
  CHECK(type_of("Q8_0", model, "blk.5.attn_q.weight", 36) == kF16);
  CHECK(type_of("Q4_K_M", {32, 8, false}, "blk.5.attn_k.weight", 4096) == kQ8_0);
  CHECK_FALSE(quantize::may_quantize("blk.0.ffn_gate_inp.weight", 2));
  CHECK_FALSE(quantize::may_quantize("output_norm.weight", 1));
}

TEST_CASE("the mixes store each tensor as the reference models do") {
  const std::string reference = REFERENCE_DIR;
  if (reference.empty()) {
    WARN("skipped: the reference models are not on this machine");
    return;
  }
  const TemporaryFolder folder;
  const gguf::File in = gguf::File::open(reference + "/models/llama3-f32.gguf");
  for (const auto& [recipe, name] : {std::pair("Q4_K_M", "q4_k_m"), std::pair("Q5_K_M", "q5_k_m")}) {
    const gguf::File theirs = gguf::File::open(reference + "/models/llama3-" + name + ".gguf");
    quantize_to(in, folder.path("ours.gguf"), recipe);
    const gguf::File ours = gguf::File::open(folder.path("ours.gguf"));
    for (const gguf::TensorInfo& tensor : theirs.tensors()) {
      INFO(recipe << ", " << tensor.name);
      REQUIRE(ours.find_tensor(tensor.name) != nullptr);
      CHECK(ours.find_tensor(tensor.name)->type == tensor.type);
    }
  }
}

TEST_CASE("a file is refused that is quantized already, in parts, or not finite") {
  const TemporaryFolder folder;
  tiny_quantized_model(gguf::TensorType::kQ8_0, 1).writer().write(folder.path("q8.gguf"));
  const gguf::File quantized = gguf::File::open(folder.path("q8.gguf"));
  const auto out = folder.path("out.gguf");
  CHECK(contains(error_message([&] { quantize_to(quantized, out, "Q4_0"); }), "already quantized"));

  gguf::Writer parts = TinyModel().writer();
  parts.set_uint32("split.count", 2);
  parts.write(folder.path("parts.gguf"));
  const gguf::File part = gguf::File::open(folder.path("parts.gguf"));
  CHECK(contains(error_message([&] { quantize_to(part, out, "Q4_0"); }), "one part of a model"));

  gguf::Writer damaged;
  damaged.set_string("general.architecture", "llama");
  std::vector<float> weights(512, 1.0f);
  weights[300] = std::nanf("");
  const auto bytes = std::as_bytes(std::span(weights));
  damaged.add_tensor("t.weight", gguf::TensorType::kF32, {256, 2}, {bytes.begin(), bytes.end()});
  damaged.write(folder.path("nan.gguf"));
  const gguf::File nan = gguf::File::open(folder.path("nan.gguf"));
  for (const char* type : {"Q4_0", "Q4_K", "Q6_K", "IQ4_XS", "Q8_0", "Q2_K", "F16"}) {
    INFO(type);
    CHECK(contains(error_message([&] { quantize_to(nan, out, type); }), "row 1 of tensor 't.weight'"));
  }
  CHECK_FALSE(std::filesystem::exists(out));
}

TEST_CASE("a full disk leaves the older file and nothing else") {
  const TemporaryFolder folder;
  write_floats(folder, 1);
  for (const char* command : {"quantize floats.gguf out.gguf Q8_0", "make-random out.gguf --like tiny"}) {
    INFO(command);
    std::ofstream(folder.path("out.gguf")) << "older";
    shell(folder, "true");  // out.txt, err.txt
    const std::size_t files = files_in(folder);
    const Result result = shell(folder, fmt::format("ulimit -f 200; \"$P\" {}", command));
    INFO("standard error: " << result.err);
    CHECK(result.status == 1);
    CHECK(contains(result.err, "File too large"));
    CHECK(content(folder.path("out.gguf")) == "older");
    CHECK(files_in(folder) == files);
  }
  const Result full = shell(folder, "\"$P\" quantize floats.gguf /dev/full Q8_0");
  CHECK(full.status == 1);
  CHECK(contains(full.err, "cannot write '/dev/full'"));
}

TEST_CASE("Ctrl-C leaves the older file and nothing else") {
  const TemporaryFolder folder;
  std::ofstream(folder.path("out.gguf")) << "older";
  shell(folder, "true");
  const std::size_t files = files_in(folder);
  // A model that takes seconds to write; background jobs of a shell ignore SIGINT until the program asks for
  // it.
  const Result result = shell(
      folder, "\"$P\" make-random out.gguf --like llama2-7b --type F32 & sleep 0.5; kill -INT $!; wait $!");
  INFO("standard error: " << result.err);
  CHECK(result.status == 1);
  CHECK(contains(result.err, "interrupted; nothing was written."));
  CHECK(content(folder.path("out.gguf")) == "older");
  CHECK(files_in(folder) == files);
}

TEST_CASE("the quantize command says what it did and refuses unknown types") {
  const TemporaryFolder folder;
  write_floats(folder, 1);
  const Result done = shell(folder, "\"$P\" quantize floats.gguf out.gguf q4_k_m -t 2");
  CHECK(done.status == 0);
  CHECK(contains(content(folder.path("out.txt")), "as Q4_K_M"));
  CHECK(contains(content(folder.path("out.txt")), "error: "));
  const Result unknown = shell(folder, "\"$P\" quantize floats.gguf out.gguf Q9_X");
  CHECK(unknown.status == 2);
  CHECK(contains(unknown.err, "'Q9_X' is not a known type"));
}

TEST_CASE("a random model runs in every type, and is the same for the same seed") {
  const TemporaryFolder folder;
  const auto write = [&](const char* name, const quantize::Recipe& recipe, std::uint64_t seed, int threads) {
    const auto path = folder.path(name);
    quantize::random_model(*quantize::find_shape("tiny"), recipe, seed, threads, [](std::uint64_t) {
    }).writer.write(path);
    return path;
  };
  for (const quantize::Recipe& recipe : quantize::recipes()) {
    INFO(recipe.name);
    const gguf::File file = gguf::File::open(write("model.gguf", recipe, 1, 2));
    const model::Model model = model::load(file);
    backend::ReferenceBackend backend(model.config, {8, 8, 1});
    std::vector<float> logits(3 * model.config.vocabulary, std::nanf("poison"));
    model::forward(model, backend, std::vector<std::int32_t>{1, 500, 900}, 0, logits);
    double squares = 0.0;
    for (const float logit : logits) squares += static_cast<double>(logit) * logit;
    const double size = std::sqrt(squares / static_cast<double>(logits.size()));
    INFO("size of logits " << size);
    CHECK_FALSE(!(size > 0.3 && size < 3.0));
  }
  const quantize::Recipe& recipe = *find_recipe("Q4_K_M");
  const std::string first = content(write("a.gguf", recipe, 7, 1));
  CHECK(content(write("b.gguf", recipe, 7, 3)) == first);
  CHECK(content(write("c.gguf", recipe, 8, 1)) != first);
}

TEST_CASE("random models have the numbers of weights of the models they are like") {
  const std::pair<const char*, double> published[] = {
      {"tinyllama-1.1b", 1.100e9}, {"llama2-7b", 6.738e9},    {"llama3-8b", 8.030e9},
      {"llama3.2-1b", 1.236e9},    {"qwen2.5-0.5b", 0.494e9}, {"qwen2.5-7b", 7.616e9},
      {"gemma2-2b", 2.614e9},      {"mixtral-8x7b", 46.703e9}};
  for (const auto& [name, weights] : published) {
    INFO(name);
    const quantize::ModelShape* shape = quantize::find_shape(name);
    REQUIRE(shape != nullptr);
    const quantize::RandomModel model =
        quantize::random_model(*shape, *find_recipe("Q4_0"), 1, 1, [](std::uint64_t) {});
    CHECK_FALSE(!(std::abs(static_cast<double>(model.weights) / weights - 1.0) <= 1e-3));
  }
}
