#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <ctime>
#include <map>
#include <optional>

#include "cli/bench_report.h"
#include "cli/commands.h"
#include "cli/model_options.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "kernels/read_bandwidth.h"
#include "measure/benchmark.h"
#include "measure/bytes_per_token.h"
#include "session/session.h"

namespace cli {
namespace {

struct BenchOptions {
  ModelOptions model;
  std::string prompt = "512";
  std::string generate = "128";
  std::string threads;  // empty: all
  std::string gpu_layers = "auto";
  int runs = 5;
  std::string output = "md";
};

constexpr int kMaxTokens = 1 << 20;
constexpr int kMaxThreads = 1024;

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> items;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    items.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return items;
}

/// "512,1024" with each number in [low, high]; for a CLI11 check.
CLI::Validator list_between(int low, int high) {
  return CLI::Validator(
      [low, high](const std::string& text) -> std::string {
        const CLI::Validator number = number_between(low, high);
        for (const std::string& item : split(text)) {
          int value = 0;
          const auto [stop, error] = std::from_chars(item.data(), item.data() + item.size(), value);
          const bool whole = error == std::errc() && stop == item.data() + item.size();
          if (!whole || value < low || value > high) {
            return fmt::format("'{}' is not a list of whole numbers from {} to {} such as {},{}", text, low,
                               high, low, low + 1);
          }
        }
        return "";
      },
      "");
}

std::vector<int> numbers(const std::string& list) {
  std::vector<int> values;
  for (const std::string& item : split(list)) {
    int value = 0;
    std::from_chars(item.data(), item.data() + item.size(), value);  // checked before
    values.push_back(value);
  }
  return values;
}

std::vector<measure::Benchmark> benchmarks(const BenchOptions& options) {
  using Kind = measure::Benchmark::Kind;
  std::vector<measure::Benchmark> result;
  const auto add = [&](Kind kind, const std::string& list) {
    for (const int tokens : numbers(list)) {
      if (tokens > 0) result.push_back({kind, static_cast<std::size_t>(tokens)});
    }
  };
  add(Kind::kPrompt, options.prompt);
  add(Kind::kGeneration, options.generate);
  return result;
}

std::string now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

/// What is the same in all rows.
BenchResult describe_model(const std::string& path, const gguf::File& file, const model::Config& config) {
  BenchResult result;
  result.model_filename = path;
  std::map<std::string_view, std::uint64_t> bytes_of_type;
  for (const gguf::TensorInfo& tensor : file.tensors()) {
    result.model_size += tensor.data.size();
    result.model_n_params += tensor.elements();
    bytes_of_type[gguf::name(tensor.type)] += tensor.data.size();
  }
  std::uint64_t most = 0;
  for (const auto& [type, bytes] : bytes_of_type) {
    if (bytes > most) result.weight_type = type, most = bytes;
  }
  result.model_type = fmt::format("{} {}", model::name(config.architecture), result.weight_type);
  return result;
}

/// Measures all combinations, one row of a report after the other.
class Bench {
 public:
  Bench(const BenchOptions& options, const gguf::File& file)
      : options_(options), file_(file), model_(model::load(file)) {}

  template <typename Report>
  int run() {
    const auto tests = benchmarks(options_);
    if (tests.empty()) throw session::Error("there is nothing to measure: -p and -n are both 0.");
    bool begun = false;
    for (const Case& c : cases(tests)) {
      BenchResult result = measure(c);
      if (interrupted()) break;
      if (!begun) print(Report::begin());  // not earlier: the first case may be refused
      begun = true;
      print(Report::row(result, results_.size()));
      results_.push_back(std::move(result));
    }
    progress_.clear();
    if (begun) print(Report::end(results_));
    if (interrupted()) throw session::Error("interrupted; tests that were not done are left out.");
    return 0;
  }

 private:
  struct Case {
    measure::Benchmark test;
    int threads;
    std::string gpu_layers;
  };

  std::vector<Case> cases(const std::vector<measure::Benchmark>& tests) const {
    std::vector<Case> result;
    for (const std::string& gpu_layers : split(options_.gpu_layers)) {
      for (const int threads :
           options_.threads.empty() ? std::vector{thread_count(options_.model)} : numbers(options_.threads)) {
        for (const measure::Benchmark& test : tests) result.push_back({test, threads, gpu_layers});
      }
    }
    return result;
  }

  BenchResult measure(const Case& c) {
    const auto& [test, threads, gpu_layers] = c;
    const bool generation = test.kind == measure::Benchmark::Kind::kGeneration;
    const std::string name = fmt::format("{}{}, {} threads", generation ? "tg" : "pp", test.tokens, threads);
    ModelOptions settings = options_.model;
    settings.threads = threads;
    settings.gpu_layers = gpu_layers;
    const auto backend = make_backend(settings, model_, test.tokens);

    BenchResult result = describe_model(options_.model.model, file_, model_.config);
    result.backend = backend->name();
    result.n_batch = options_.model.batch_size;
    result.n_threads = threads;
    result.n_gpu_layers = 0;  // others were refused above
    (generation ? result.n_gen : result.n_prompt) = test.tokens;
    result.test_time = now();
    result.read_bandwidth_bytes = read_bandwidth(threads);
    if (generation) {
      result.bytes_per_token =
          measure::weight_bytes_per_token(file_) + measure::kv_bytes_per_token(*backend, test.tokens);
    }
    // Not before the memory was measured, which takes as much memory again.
    if (!weights_) weights_ = place_weights(options_.model, file_, model_);
    const int runs = options_.runs;
    result.seconds = measure::time_runs(model_, *backend, test, runs, [&](int run) {
      progress_.show(run == 0 ? name + ": warm-up" : fmt::format("{}: run {} of {}", name, run, runs));
      return !interrupted();
    });
    progress_.clear();
    return result;
  }

  /// Once for each number of threads.
  double read_bandwidth(int threads) {
    const auto known = bandwidths_.find(threads);
    if (known != bandwidths_.end()) return known->second;
    progress_.show(fmt::format("measuring this machine's memory, {} threads", threads));
    return bandwidths_[threads] = kernels::measure_read_bandwidth(threads);
  }

  const BenchOptions& options_;
  const gguf::File& file_;
  model::Model model_;
  std::optional<backend::CpuWeights> weights_;
  ProgressLine progress_;
  std::map<int, double> bandwidths_;
  std::vector<BenchResult> results_;
};

int bench(const BenchOptions& options) {
  const gguf::File file = gguf::File::open(options.model.model);
  Bench bench(options, file);
  if (options.output == "json") return bench.run<JsonReport>();
  if (options.output == "csv") return bench.run<CsvReport>();
  return bench.run<MarkdownReport>();
}

/// Takes away one of the options of every command, to give the bench a list in its place.
void replace_option(CLI::App& command, const std::string& name) {
  command.remove_option(command.get_option(name));
}

}  // namespace

void add_bench(CLI::App& app, Action& action) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* command =
      app.add_subcommand("bench", "Measures how fast a model reads (pp) and generates (tg) tokens");
  options->model.add_to(*command);
  replace_option(*command, "--threads");
  replace_option(*command, "--n-gpu-layers");
  command
      ->add_option("-p,--n-prompt", options->prompt, "Tokens to read; 0: none; a list is possible: 128,512")
      ->check(list_between(0, kMaxTokens))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("-n,--n-gen", options->generate, "Tokens to generate; 0: none; or a list")
      ->check(list_between(0, kMaxTokens))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("-t,--threads", options->threads, "CPU threads (default: all); or a list")
      ->check(list_between(1, kMaxThreads))
      ->type_name("N");
  command
      ->add_option("--n-gpu-layers", options->gpu_layers,
                   "-ngl: layers on the GPU: a number, auto or all; today 0 or auto; or a list")
      ->check([](const std::string& text) -> std::string {
        for (const std::string& item : split(text)) {
          const std::string error = check_gpu_layers(item);
          if (!error.empty()) return error;
        }
        return "";
      })
      ->capture_default_str()
      ->type_name("N");
  command->add_option("-r,--repetitions", options->runs, "Runs of each test, after one to warm up")
      ->check(number_between(1, 1000))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("-o,--output", options->output, "md, json or csv")
      ->check(CLI::IsMember({"md", "json", "csv"}))
      ->capture_default_str()
      ->type_name("FORMAT");
  command->callback([options, &action] { action = [options] { return bench(*options); }; });
}

}  // namespace cli
