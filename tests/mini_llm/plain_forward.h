#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gguf/file.h"

/// Every architecture a second time, written to be obviously right: everything in double, no cache, no
/// batches, no backend, every token attends by recomputing all before it.
///
/// @return logits [tokens][vocabulary]
std::vector<double> plain_logits(const gguf::File& file, std::span<const std::int32_t> tokens);
