#include <fmt/format.h>

#include <memory>
#include <string>

#include "bytes/printable.h"
#include "cli/commands.h"
#include "cli/model_options.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "quantize/quantize_file.h"

namespace cli {
namespace {

struct QuantizeOptions {
  std::string in;
  std::string out;
  std::string type;
  int threads = 0;
};

std::string check_type(const std::string& name) {
  if (quantize::find_recipe(name) != nullptr) return "";
  return fmt::format("'{}' is not a known type; known are {}", name, quantize::recipe_names());
}

std::string size_text(std::uint64_t bytes, std::uint64_t weights) {
  return fmt::format("{:.1f} MiB, {:.2f} bits a weight", static_cast<double>(bytes) / (1024.0 * 1024.0),
                     8.0 * static_cast<double>(bytes) / static_cast<double>(weights));
}

int quantize_model(const QuantizeOptions& options) {
  const gguf::File in = gguf::File::open(options.in);
  const quantize::Recipe& recipe = *quantize::find_recipe(options.type);
  ModelOptions machine;
  machine.threads = options.threads;
  ProgressLine progress;
  const quantize::Report report = quantize::quantize_file(
      in, options.out, recipe, thread_count(machine), [&](std::string_view tensor, double done) {
        if (interrupted()) throw quantize::Error("interrupted; nothing was written.");
        progress.show(fmt::format("{:3.0f}%  {}", 100.0 * done, bytes::printable(tensor, 60)));
      });
  progress.clear();
  std::string text =
      fmt::format("{}: {}\n", bytes::printable(options.in, 1000), size_text(report.bytes_in, report.weights));
  text += fmt::format("{}: {}, as {}\n", bytes::printable(options.out, 1000),
                      size_text(report.bytes_out, report.weights), recipe.name);
  for (const auto& [types, count] : report.fallbacks) {
    text += fmt::format(
        "{} of the tensors are {} instead of {}, because their rows are not whole blocks of {}.\n", count,
        gguf::name(types.second), gguf::name(types.first), gguf::traits(types.first).block_elements);
  }
  text += fmt::format("error: {:.3f}% of the weights' size (root mean square)\n",
                      100.0 * report.relative_error());
  print(text);
  return 0;
}

}  // namespace

void add_quantize(CLI::App& app, Action& action) {
  auto options = std::make_shared<QuantizeOptions>();
  CLI::App* command =
      app.add_subcommand("quantize", "Stores a model's weights in fewer bits: a new, smaller file");
  command->add_option("in", options->in, "The model: a GGUF file in F32, F16 or BF16")
      ->required()
      ->type_name("IN");
  command->add_option("out", options->out, "The GGUF file to write")->required()->type_name("OUT");
  command
      ->add_option(
          "type", options->type,
          "One type for all matrices, or a mix (Q4_K_M, Q5_K_M) that gives the ones where errors hurt "
          "most Q6_K: " +
              quantize::recipe_names())
      ->required()
      ->check(check_type)
      ->type_name("TYPE");
  command->add_option("-t,--threads", options->threads, "CPU threads (default: all)")
      ->check(number_between(1, 1024))
      ->type_name("N");
  command->callback([options, &action] { action = [options] { return quantize_model(*options); }; });
}

}  // namespace cli
