/// @file
/// How fast a card could be at best: a prediction, not a measurement.
#pragma once

#include <optional>
#include <string>

#include "cards.h"
#include "profile.h"

namespace emulator::report {

/// The label that goes with every figure below.
inline constexpr const char* kPredictionLabel = "prediction (roofline), not a measurement";

struct Prediction {
  double memory_seconds = 0;              ///< one launch's sectors at the card's bandwidth
  std::optional<double> compute_seconds;  ///< one launch's operations at the card's peak, if they are known
  double seconds = 0;                     ///< the larger of both
  std::string bound;                      ///< "memory bandwidth" or "arithmetic"
  bool fills_card = true;                 ///< at least one block for each multiprocessor
};

/// One launch of the kernel, as if every sector came from memory: caches can make it faster, all else slower.
Prediction predict(const KernelProfile& kernel, const Card& card);

/// "12.3 us"
std::string duration_text(double seconds);

/// The prediction in a sentence, label included.
std::string prediction_text(const KernelProfile& kernel, const Card& card);

}  // namespace emulator::report
