#pragma once

#include <cstdint>
#include <functional>

#include "gguf/writer.h"
#include "quantize/model_shape.h"
#include "quantize/recipe.h"

namespace quantize {

struct RandomModel {
  gguf::Writer writer;  // makes the weights while it writes
  std::uint64_t weights = 0;
  std::uint64_t bytes = 0;  // of all tensors
};

/// A model of random weights in a known model's shape, with a vocabulary of made-up words: it runs, at the
/// known model's speed, and says nothing of sense.
///
/// @param seed  the same seed gives the same file, whatever the number of threads
/// @param threads  that make the weights
/// @param progress  called while writing with the bytes done so far; what it throws ends the writing
RandomModel random_model(const ModelShape& shape, const Recipe& recipe, std::uint64_t seed, int threads,
                         std::function<void(std::uint64_t bytes)> progress);

}  // namespace quantize
