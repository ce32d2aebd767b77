#pragma once

#include <cstdint>
#include <stdexcept>

namespace tokenizer {

/// The number of a token in a model's vocabulary: [0, vocabulary size).
using Token = std::int32_t;

/// A vocabulary that contradicts itself, or text or ids that it cannot represent. One clear sentence.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A vocabulary that may be right, but of a kind that this program does not know.
class Unsupported : public Error {
 public:
  using Error::Error;
};

}  // namespace tokenizer
