#include "cli/report.h"

#include <fmt/format.h>

#include "bytes/printable.h"
#include "cli/output.h"
#include "cli/sampler_options.h"
#include "cli/terminal.h"

namespace cli {
namespace {

constexpr double kMiB = 1 << 20;

}  // namespace

void print_settings(const ModelOptions& options, const gguf::File& file, const model::Config& config,
                    const backend::Backend& backend, const sampler::SamplerOptions& sampling) {
  print_message(fmt::format("model     {}, {}, {} layers, {:.1f} MiB\n",
                            bytes::printable(options.model, 1000), model::name(config.architecture),
                            config.layers, static_cast<double>(file.size()) / kMiB));
  print_message(fmt::format("backend   {}, {}, {} threads\n", backend.name(), backend.details(),
                            thread_count(options)));
  print_message(fmt::format("context   {} tokens\n", backend.context_size()));
  print_message(fmt::format("sampling  {}\n\n", describe(sampling)));
}

void print_weights(const backend::CpuWeights& weights) {
  print_message(weights.size() == 0
                    ? "weights   as in the file, mapped\n"
                    : fmt::format("weights   {:>23.2f} s  to rearrange {:.1f} MiB in memory\n",
                                  weights.seconds(), static_cast<double>(weights.size()) / kMiB));
}

void print_speed(std::string_view what, std::size_t tokens, double seconds) {
  print_message(fmt::format("{:<10}{:>6} tokens in {:>7.2f} s  {:>8.1f} tokens/s\n", what, tokens, seconds,
                            seconds > 0.0 ? static_cast<double>(tokens) / seconds : 0.0));
}

std::string_view describe(session::StopReason reason) {
  switch (reason) {
    case session::StopReason::kEndOfGeneration:
      return "the model ended the text";
    case session::StopReason::kTokenLimit:
      return "the number of tokens asked for (-n) is reached";
    case session::StopReason::kContextFull:
      return "the context is full; a larger one is set with -c, and --on-full shift goes on without the "
             "older part";
    case session::StopReason::kInterrupted:
      return "interrupted";
  }
  return "";
}

void print_shift(const session::Shift& shift) {
  print_message(fmt::format(
      "{}mini_llm: the context is full: of its tokens the first {} stay, the next {} are dropped, the "
      "last {} are read again.\n",
      is_terminal(stderr) ? "\n" : "", shift.kept, shift.dropped, shift.reread));
}

}  // namespace cli
