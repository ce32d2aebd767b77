#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "backend/backend.h"
#include "model/config.h"
#include "model/weights.h"

namespace model {

/// A model ready to run: what it is, and views of its weights in the file.
struct Model {
  Config config;
  Weights weights;
};

/// @param file  must outlive the model
/// @throws Error, gguf::Error as read_config and map_weights say
Model load(const gguf::File& file);

/// Told after each layer how many are done; false ends the pass.
using LayerProgress = std::function<bool(std::size_t layers)>;

/// Runs tokens through the model.
///
/// @param tokens  [n], each in [0, vocabulary); n at most the backend's batch size
/// @param position  of the first one; the backend's cache holds everything before it
/// @param logits  [rows][vocabulary], overwritten: the scores of each possible next token after each of the
///                last `rows` tokens; rows from 0 to n
/// @param progress  may be empty
/// @return false when `progress` ended it: there are no scores, and what the cache holds before `position` is
/// as it was
bool forward(const Model& model, backend::Backend& backend, std::span<const Token> tokens,
             std::size_t position, std::span<float> logits, const LayerProgress& progress = {});

}  // namespace model
