#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "backend/backend.h"
#include "model/model.h"

namespace measure {

/// What is timed, from an empty context.
struct Benchmark {
  enum class Kind {
    kPrompt,      // "pp512": 512 random tokens are read, as many together as the backend's batch has
    kGeneration,  // "tg128": 128 random tokens are read one by one, each with the scores after it
  };
  Kind kind = Kind::kPrompt;
  std::size_t tokens = 0;  // at least 1
};

/// Called before every run (0 is the warm-up) and after each layer or token; false ends the benchmark.
using KeepGoing = std::function<bool(int run)>;

/// Seconds of each of `runs` runs, after one that is not counted: it brings the weights into memory.
///
/// @param backend  with a context of at least benchmark.tokens
/// @return fewer than `runs` only when `keep_going` said to stop
std::vector<double> time_runs(const model::Model& model, backend::Backend& backend,
                              const Benchmark& benchmark, int runs, const KeepGoing& keep_going);

}  // namespace measure
