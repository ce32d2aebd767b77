#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bytes/mapped_file.h"
#include "gguf/tensor_type.h"
#include "gguf/value.h"

namespace gguf {

/// A file is not valid GGUF, or lacks a value that was asked for. The message is for the user: it names the
/// file and the key or tensor, says what is wrong and what to do.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline constexpr std::size_t kMaxDimensions = 4;

/// A tensor in the file.
struct TensorInfo {
  std::string_view name;
  TensorType type;
  std::uint32_t dimension_count;                         // 1 to 4
  std::array<std::uint64_t, kMaxDimensions> dimensions;  // [0] changes fastest: a row; unused ones are 1
  std::span<const std::byte> data;                       // in the mapped file, aligned to at least 8 bytes

  std::uint64_t elements() const { return dimensions[0] * dimensions[1] * dimensions[2] * dimensions[3]; }
};

/// "2048 x 5632": the dimensions as the file lists them, fastest first.
std::string shape_text(std::span<const std::uint64_t> dimensions);
std::string shape_text(const TensorInfo& tensor);

/// A GGUF file of version 2 or 3, little-endian.
///
/// The file is mapped, and untrusted: open() checks every count, length, offset, product and sum against what
/// is left of the file before it is used, so that every view given out afterwards lies inside the mapping.
/// Views (keys, strings, tensor data) are valid as long as the File, or what it was moved into, lives.
class File {
 public:
  /// @throws Error when the file cannot be read or anything in its structure is wrong
  static File open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::uint32_t version() const { return version_; }
  std::uint64_t size() const { return mapping_.bytes().size(); }
  std::uint64_t alignment() const { return alignment_; }

  /// In the order of the file.
  std::span<const KeyValue> metadata() const { return metadata_; }
  std::span<const TensorInfo> tensors() const { return tensors_; }
  /// nullptr when there is no tensor of that name.
  const TensorInfo* find_tensor(std::string_view name) const;

  /// As MappedFile::forget.
  void forget(std::span<const std::byte> part) const noexcept { mapping_.forget(part); }

  bool has(std::string_view key) const { return find(key) != nullptr; }
  /// nullptr when there is no such key.
  const KeyValue* find(std::string_view key) const;

  // get_*: throws Error when the key is missing or its value has another type.
  // find_*: nullopt when the key is missing; throws Error when its value has another type.

  std::string_view get_string(std::string_view key) const;
  std::optional<std::string_view> find_string(std::string_view key) const;
  /// Any integer type, as long as the value is not negative.
  std::uint64_t get_uint(std::string_view key) const;
  std::optional<std::uint64_t> find_uint(std::string_view key) const;
  /// float32 or float64.
  double get_float(std::string_view key) const;
  std::optional<double> find_float(std::string_view key) const;
  bool get_bool(std::string_view key) const;
  std::optional<bool> find_bool(std::string_view key) const;

  std::vector<std::string_view> get_string_array(std::string_view key) const;
  /// float32 or float64 elements.
  std::vector<float> get_float_array(std::string_view key) const;
  /// Any integer elements that fit 32 bits.
  std::vector<std::int32_t> get_int_array(std::string_view key) const;

 private:
  friend class Parser;
  File(std::filesystem::path path, bytes::MappedFile mapping);

  const KeyValue& require(std::string_view key) const;
  const KeyValue& require_array(std::string_view key) const;
  [[noreturn]] void fail_type(const KeyValue& entry, std::string_view wanted) const;

  std::filesystem::path path_;
  bytes::MappedFile mapping_;
  std::uint32_t version_ = 0;
  std::uint64_t alignment_ = 0;
  std::vector<KeyValue> metadata_;
  std::vector<TensorInfo> tensors_;
  // Positions in the two lists above, sorted by name: lookups stay fast whatever names a file chooses.
  std::vector<std::size_t> keys_by_name_;
  std::vector<std::size_t> tensors_by_name_;
};

}  // namespace gguf
