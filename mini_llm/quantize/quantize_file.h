#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "gguf/file.h"
#include "quantize/recipe.h"

namespace quantize {

/// A file cannot be quantized. The message is for the user: it names the file, says why and what to do.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Report {
  std::uint64_t weights = 0;   // in all tensors
  std::uint64_t bytes_in = 0;  // of all tensors
  std::uint64_t bytes_out = 0;
  double square_error = 0.0;    // sum of squares of what quantizing changed
  double square_weights = 0.0;  // sum of squares of the weights that were quantized
  /// Rows that do not fit the blocks of the wanted type: {wanted, stored as} and how many tensors.
  std::map<std::pair<gguf::TensorType, gguf::TensorType>, std::size_t> fallbacks;

  /// The root of the mean square error, as a part of the weights' own.
  double relative_error() const;
};

/// Writes the model with its matrices in other types; vectors and all metadata stay as they are, but for
/// general.file_type and general.quantization_version. A few rows are in memory at a time. The new file is
/// complete or not there at all, and an older one of its name stays until then.
///
/// @param threads  that quantize; the result does not depend on it
/// @param progress  called while writing, with the tensor at work and the part done, 0 to 1; what it throws
///                  ends the writing
/// @throws Error for a file that is already quantized, or one part of a model, or holds numbers that are not
/// finite
/// @throws gguf::Error when metadata that the recipe needs is missing
/// @throws bytes::FileError when the new file cannot be written
Report quantize_file(const gguf::File& in, const std::filesystem::path& out, const Recipe& recipe,
                     int threads, const std::function<void(std::string_view tensor, double done)>& progress);

}  // namespace quantize
