#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gguf/file.h"

namespace model {

/// Larger than in any model known, and so small that no product of sizes overflows 64 bits.
inline constexpr std::uint64_t kMaxLayers = 1 << 16;
inline constexpr std::uint64_t kMaxHeads = 1 << 15;
inline constexpr std::uint64_t kMaxExperts = 1 << 12;
inline constexpr std::uint64_t kMaxSize = 1 << 24;
inline constexpr std::uint64_t kMaxContext = std::uint64_t{1} << 31;

/// The metadata of one architecture: `rest` stands for the key "llama.rest".
///
/// All of these throw Error for a value out of range and gguf::Error for one that is missing or of another
/// type; both name the key.
class MetadataKeys {
 public:
  MetadataKeys(const gguf::File& file, std::string_view architecture)
      : file_(file), architecture_(architecture) {}

  const gguf::File& file() const { return file_; }
  /// As the file has it: "llama.rest".
  std::string key(std::string_view rest) const;
  bool has(std::string_view rest) const { return file_.has(key(rest)); }

  /// A size from 1 to `limit`.
  std::size_t size(std::string_view rest, std::uint64_t limit) const;
  std::size_t size_or(std::string_view rest, std::uint64_t otherwise, std::uint64_t limit) const;

  /// A number that is positive and finite, also once it is rounded to float.
  double positive(std::string_view rest) const;
  double positive_or(std::string_view rest, double otherwise) const;

 private:
  std::size_t checked(std::string_view rest, std::uint64_t value, std::uint64_t limit) const;
  double checked_positive(std::string_view rest, double value) const;

  const gguf::File& file_;
  std::string_view architecture_;
};

}  // namespace model
