#pragma once

#include <functional>
#include <string_view>

#include "gguf/file.h"

// What the program does with a model file, all of it: for files that may be anything, while sanitizers watch.
// Each throws what the program would report.

/// Reads every byte that the reader gives out.
void exercise_file(const gguf::File& file);

/// Loads the model and runs two tokens through it, with every backend and order of the weights.
void exercise_model(const gguf::File& file);

/// Loads the tokenizer, encodes the text in every way and decodes what comes out.
void exercise_tokenizer(const gguf::File& file, std::string_view text);

/// Runs `action`; true when it ended by itself, false when it threw an error that is meant for the user. Any
/// other exception is a mistake in the program and passes through.
bool accepts(const std::function<void()>& action);
