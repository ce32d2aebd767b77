#include "cli/model_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "backend/create.h"
#include "bytes/mapped_file.h"
#include "cli/output.h"
#include "cli/signals.h"

namespace cli {
namespace {

constexpr int kMaxThreads = 1024;
constexpr int kMaxBatch = 1024;  // the scores of a pass take batch x vocabulary floats

}  // namespace

std::string check_gpu_layers(const std::string& text) {
  const bool number =
      !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
  if (number || text == "auto" || text == "all") return "";
  return fmt::format("'{}' is not a number of layers, 'auto' or 'all'", text);
}

CLI::Validator number_between(double low, double high) {
  const auto check = [low, high](const std::string& text) -> std::string {
    double value = 0.0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    const bool is_number = error == std::errc() && stop == end;
    if (is_number && value >= low && value <= high) return "";  // NaN is in no range
    return fmt::format("'{}' is not a number from {} to {}", text, low, high);
  };
  return CLI::Validator(check, "");
}

void add_model_option(CLI::App& command, std::string& path) {
  command.add_option("-m,--model", path, "The model: a GGUF file")->required()->type_name("FILE");
}

void add_text_options(CLI::App& command, std::string& text, std::string& path) {
  CLI::Option* prompt = command.add_option("-p,--prompt", text, "The text")->type_name("TEXT");
  CLI::Option* file =
      command.add_option("-f,--file", path, "A file with the text, taken as it is")->type_name("FILE");
  prompt->excludes(file);
  command.parse_complete_callback([prompt, file] {
    if (prompt->count() + file->count() == 0) throw CLI::RequiredError("a text, with -p or -f,");
  });
}

void ModelOptions::add_to(CLI::App& command) {
  add_model_option(command, model);
  command
      .add_option("--backend", backend,
                  "What computes: cpu (fast), reference (exact and slow), auto or cuda; today auto is cpu")
      ->check(CLI::IsMember({"auto", "cpu", "reference", "cuda"}))
      ->capture_default_str()
      ->type_name("NAME");
  command.add_option("-t,--threads", threads, "CPU threads (default: all)")
      ->check(number_between(1, kMaxThreads))
      ->type_name("N");
  command.add_option("-b,--batch-size", batch_size, "Tokens of a prompt that are read together")
      ->check(number_between(1, kMaxBatch))
      ->capture_default_str()
      ->type_name("N");
  command
      .add_option("--kv-type", kv_type,
                  "How keys and values are kept: f32, f16, q8_0 or auto (f32 for a model in F32, else f16)")
      ->check(CLI::IsMember({"auto", "f32", "f16", "q8_0"}))
      ->capture_default_str()
      ->type_name("TYPE");
  command.add_flag("!--no-repack", rearrange,
                   "Leaves the weights as the file has them: nothing is copied, and tokens take longer");
  command
      .add_option("--n-gpu-layers", gpu_layers,
                  "-ngl: layers on the GPU: a number, auto or all; today 0 or auto")
      ->check(check_gpu_layers)
      ->capture_default_str()
      ->type_name("N");
}

int thread_count(const ModelOptions& options) {
  if (options.threads > 0) return options.threads;
  return static_cast<int>(
      std::clamp(std::thread::hardware_concurrency(), 1u, static_cast<unsigned>(kMaxThreads)));
}

std::unique_ptr<backend::Backend> make_backend(const ModelOptions& options, const model::Model& model,
                                               std::size_t context_size) {
  const bool wants_gpu =
      options.gpu_layers == "all" || options.gpu_layers.find_first_of("123456789") != std::string::npos;
  if (wants_gpu) {
    throw backend::Error(
        fmt::format("-ngl {} asks for layers on a GPU, which this version cannot do yet. Leave -ngl "
                    "out, or give 0.",
                    options.gpu_layers));
  }
  backend::Request request;
  request.kind = options.backend;
  request.context_size = context_size;
  request.batch_size = std::min<std::size_t>(static_cast<std::size_t>(options.batch_size), context_size);
  request.threads = thread_count(options);
  // Half precision would be the largest error of a model that is stored exactly.
  const bool exact = model.weights.layers.front().query.type == kernels::WeightType::kF32;
  const std::string_view automatic = exact ? "f32" : "f16";
  request.kv_type = options.kv_type == "auto" ? automatic : std::string_view(options.kv_type);
  return backend::create(model.config, request);
}

backend::CpuWeights place_weights(const ModelOptions& options, const gguf::File& file, model::Model& model,
                                  bool show_progress) {
  if (!options.rearrange || options.backend == "reference") return {};
  constexpr double kGB = 1e9;
  ProgressLine progress;
  auto weights = backend::CpuWeights::rearrange(
      model, thread_count(options), [&](std::span<const std::byte> part) { file.forget(part); },
      [&](double done, double total) {
        if (show_progress)
          progress.show(fmt::format("preparing the weights: {:.1f} of {:.1f} GB", done / kGB, total / kGB));
        return !interrupted();
      });
  progress.clear();
  return weights;
}

std::unique_ptr<tokenizer::Tokenizer> load_tokenizer(const gguf::File& file, const model::Config& config) {
  auto tokenizer = tokenizer::Tokenizer::load(file);
  if (tokenizer->vocab_size() != config.vocabulary) {
    model::fail(file,
                fmt::format("its tokenizer has {} tokens, but its embedding table 'token_embd.weight' has {} "
                            "rows. The file is damaged or was converted wrongly.",
                            tokenizer->vocab_size(), config.vocabulary));
  }
  return tokenizer;
}

std::string given_text(const std::string& text, const std::string& path) {
  if (path.empty()) return text;
  const bytes::MappedFile file = bytes::MappedFile::open(path);
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

}  // namespace cli
