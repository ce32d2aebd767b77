#include "roofline.h"

#include <fmt/format.h>

#include <algorithm>

namespace emulator::report {

Prediction predict(const KernelProfile& kernel, const Card& card) {
  const double launches = static_cast<double>(std::max<std::uint64_t>(kernel.counts.launches, 1));
  Prediction result;
  result.memory_seconds = kernel.bytes() / launches / (card.gigabytes_per_second * 1e9);
  result.seconds = result.memory_seconds;
  result.bound = "memory bandwidth";
  if (kernel.counts.flops) {
    result.compute_seconds = *kernel.counts.flops / launches / (card.teraflops * 1e12);
    if (*result.compute_seconds > result.memory_seconds) {
      result.seconds = *result.compute_seconds;
      result.bound = "arithmetic";
    }
  }
  result.fills_card = kernel.blocks_per_launch() >= static_cast<std::uint64_t>(card.multiprocessors);
  return result;
}

std::string duration_text(double seconds) {
  if (seconds >= 1) return fmt::format("{:.3g} s", seconds);
  if (seconds >= 1e-3) return fmt::format("{:.3g} ms", seconds * 1e3);
  if (seconds >= 1e-6) return fmt::format("{:.3g} us", seconds * 1e6);
  return fmt::format("{:.3g} ns", seconds * 1e9);
}

std::string prediction_text(const KernelProfile& kernel, const Card& card) {
  const Prediction p = predict(kernel, card);
  std::string result = fmt::format("{}, {}: {} per launch, bound by {}", card.full_name, kPredictionLabel,
                                   duration_text(p.seconds), p.bound);
  if (p.compute_seconds) {
    result += fmt::format(" (memory {}, arithmetic {})", duration_text(p.memory_seconds),
                          duration_text(*p.compute_seconds));
  } else {
    result += " (its operations are not counted: arithmetic may take longer)";
  }
  result += ", as if no cache helped";
  if (!p.fills_card) {
    result += fmt::format(
        "; its {} do not fill {} multiprocessors, so it takes longer",
        kernel.blocks_per_launch() == 1 ? "1 block" : fmt::format("{} blocks", kernel.blocks_per_launch()),
        card.multiprocessors);
  }
  return result + ".";
}

}  // namespace emulator::report
