#pragma once

#include <cstddef>

#include "backend/backend.h"
#include "gguf/file.h"

namespace measure {

/// Bytes of weights that a backend reads to run one token: all of them, except that the embedding table gives
/// one row (unless it is the output matrix as well) and each token uses only some of the experts.
double weight_bytes_per_token(const gguf::File& file);

/// Bytes of cached keys and values that attention reads for one token, as the mean over `tokens` of them read
/// one by one from an empty context: the first sees one position, the last `tokens`.
/// A window of attention, which would make it fewer, is not counted.
double kv_bytes_per_token(const backend::Backend& backend, std::size_t tokens);

}  // namespace measure
