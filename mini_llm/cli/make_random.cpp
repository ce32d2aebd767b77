#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "bytes/printable.h"
#include "cli/commands.h"
#include "cli/model_options.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "quantize/random_model.h"

namespace cli {
namespace {

struct MakeRandomOptions {
  std::string out;
  std::string shape;
  std::string type = "Q4_0";
  std::uint64_t seed = 1;
  int threads = 0;
};

constexpr double kMiB = 1024.0 * 1024.0;

std::string check_shape(const std::string& name) {
  if (quantize::find_shape(name) != nullptr) return "";
  return fmt::format("'{}' is not a known shape; known are {}", name, quantize::shape_names());
}

std::string check_type(const std::string& name) {
  if (quantize::find_recipe(name) != nullptr) return "";
  return fmt::format("'{}' is not a known type; known are {}", name, quantize::recipe_names());
}

int make_random(const MakeRandomOptions& options) {
  ModelOptions machine;
  machine.threads = options.threads;
  const int threads = thread_count(machine);
  ProgressLine progress;
  double total = 0.0;
  const auto report = [&](std::uint64_t done) {
    if (interrupted()) throw std::runtime_error("interrupted; nothing was written.");
    progress.show(fmt::format("{:.0f} of {:.0f} MiB", static_cast<double>(done) / kMiB, total));
  };
  const quantize::RandomModel model =
      quantize::random_model(*quantize::find_shape(options.shape), *quantize::find_recipe(options.type),
                             options.seed, threads, report);
  total = static_cast<double>(model.bytes) / kMiB;
  model.writer.write(options.out);
  progress.clear();
  print(fmt::format(
      "{}: {:.3f} billion random weights in the shape of {}, {:.1f} MiB ({:.2f} bits a weight)\n",
      bytes::printable(options.out, 1000), static_cast<double>(model.weights) / 1e9, options.shape, total,
      8.0 * static_cast<double>(model.bytes) / static_cast<double>(model.weights)));
  return 0;
}

}  // namespace

void add_make_random(CLI::App& app, Action& action) {
  auto options = std::make_shared<MakeRandomOptions>();
  CLI::App* command = app.add_subcommand(
      "make-random", "Writes a model of random weights in a known model's shape, to measure speed");
  command->add_option("out", options->out, "The GGUF file to write")->required()->type_name("OUT");
  command->add_option("--like", options->shape, "The shape: " + quantize::shape_names())
      ->required()
      ->check(check_shape)
      ->type_name("SHAPE");
  command->add_option("--type", options->type, "How weights are stored: " + quantize::recipe_names())
      ->check(check_type)
      ->capture_default_str()
      ->type_name("TYPE");
  command->add_option("--seed", options->seed, "The same seed gives the same file")->capture_default_str();
  command->add_option("-t,--threads", options->threads, "CPU threads (default: all)")
      ->check(number_between(1, 1024))
      ->type_name("N");
  command->callback([options, &action] { action = [options] { return make_random(*options); }; });
}

}  // namespace cli
