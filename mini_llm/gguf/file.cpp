#include "gguf/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "bytes/printable.h"
#include "gguf/cursor.h"
#include "gguf/parser.h"

namespace gguf {
namespace {

/// An integer of any type, when it is not negative.
std::optional<std::uint64_t> as_uint(Cursor& cursor, ValueType type) {
  const auto not_negative = [](std::int64_t value) -> std::optional<std::uint64_t> {
    if (value < 0) return std::nullopt;
    return static_cast<std::uint64_t>(value);
  };
  switch (type) {
    case ValueType::kUint8:
      return cursor.take_or_throw<std::uint8_t>();
    case ValueType::kUint16:
      return cursor.take_or_throw<std::uint16_t>();
    case ValueType::kUint32:
      return cursor.take_or_throw<std::uint32_t>();
    case ValueType::kUint64:
      return cursor.take_or_throw<std::uint64_t>();
    case ValueType::kInt8:
      return not_negative(cursor.take_or_throw<std::int8_t>());
    case ValueType::kInt16:
      return not_negative(cursor.take_or_throw<std::int16_t>());
    case ValueType::kInt32:
      return not_negative(cursor.take_or_throw<std::int32_t>());
    case ValueType::kInt64:
      return not_negative(cursor.take_or_throw<std::int64_t>());
    default:
      return std::nullopt;
  }
}

/// An integer of any type, when it fits 32 bits.
std::optional<std::int32_t> as_int32(Cursor& cursor, ValueType type) {
  std::int64_t value = 0;
  switch (type) {
    case ValueType::kInt8:
      value = cursor.take_or_throw<std::int8_t>();
      break;
    case ValueType::kInt16:
      value = cursor.take_or_throw<std::int16_t>();
      break;
    case ValueType::kInt32:
      value = cursor.take_or_throw<std::int32_t>();
      break;
    case ValueType::kInt64:
      value = cursor.take_or_throw<std::int64_t>();
      break;
    default: {
      const auto unsigned_value = as_uint(cursor, type);
      if (!unsigned_value || *unsigned_value > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
      value = static_cast<std::int64_t>(*unsigned_value);
    }
  }
  using Limits = std::numeric_limits<std::int32_t>;
  if (value < Limits::min() || value > Limits::max()) return std::nullopt;
  return static_cast<std::int32_t>(value);
}

std::optional<double> as_float(Cursor& cursor, ValueType type) {
  if (type == ValueType::kFloat32) return cursor.take_or_throw<float>();
  if (type == ValueType::kFloat64) return cursor.take_or_throw<double>();
  return std::nullopt;
}

}  // namespace

std::string shape_text(std::span<const std::uint64_t> dimensions) {
  return fmt::format("{}", fmt::join(dimensions, " x "));
}

std::string shape_text(const TensorInfo& tensor) {
  return shape_text({tensor.dimensions.data(), tensor.dimension_count});
}

File::File(std::filesystem::path path, bytes::MappedFile mapping)
    : path_(std::move(path)), mapping_(std::move(mapping)) {}

File File::open(const std::filesystem::path& path) {
  try {
    File file(path, bytes::MappedFile::open(path));
    Parser(file).parse();
    return file;
  } catch (const bytes::FileError& error) {
    throw Error(error.what());
  }
}

const KeyValue* File::find(std::string_view key) const {
  const auto found =
      std::lower_bound(keys_by_name_.begin(), keys_by_name_.end(), key,
                       [&](std::size_t i, std::string_view k) { return metadata_[i].key < k; });
  if (found == keys_by_name_.end() || metadata_[*found].key != key) return nullptr;
  return &metadata_[*found];
}

const TensorInfo* File::find_tensor(std::string_view name) const {
  const auto found =
      std::lower_bound(tensors_by_name_.begin(), tensors_by_name_.end(), name,
                       [&](std::size_t i, std::string_view n) { return tensors_[i].name < n; });
  if (found == tensors_by_name_.end() || tensors_[*found].name != name) return nullptr;
  return &tensors_[*found];
}

const KeyValue& File::require(std::string_view key) const {
  const KeyValue* entry = find(key);
  if (entry == nullptr) {
    throw Error(
        fmt::format("{}: the metadata key '{}' is missing. The file was converted incompletely, or holds "
                    "something other than a language model.",
                    bytes::printable(path_.string(), 1000), bytes::printable(key, 100)));
  }
  return *entry;
}

const KeyValue& File::require_array(std::string_view key) const {
  const KeyValue& entry = require(key);
  if (entry.type != ValueType::kArray) fail_type(entry, "an array");
  return entry;
}

void File::fail_type(const KeyValue& entry, std::string_view wanted) const {
  const std::string type = entry.type == ValueType::kArray
                               ? fmt::format("an array of {}", name(entry.element_type))
                               : fmt::format("of type {}", name(entry.type));
  throw Error(fmt::format(
      "{}: the metadata key '{}' should be {}, but it is {} with the value {}. The file is damaged "
      "or was converted wrongly.",
      bytes::printable(path_.string(), 1000), bytes::printable(entry.key, 100), wanted, type,
      describe(entry, 60)));
}

std::string_view File::get_string(std::string_view key) const {
  const KeyValue& entry = require(key);
  if (entry.type != ValueType::kString) fail_type(entry, "a string");
  return Cursor(entry.data).take_string_or_throw();
}

std::uint64_t File::get_uint(std::string_view key) const {
  const KeyValue& entry = require(key);
  Cursor cursor(entry.data);
  const auto value = as_uint(cursor, entry.type);
  if (!value) fail_type(entry, "an integer that is not negative");
  return *value;
}

double File::get_float(std::string_view key) const {
  const KeyValue& entry = require(key);
  Cursor cursor(entry.data);
  const auto value = as_float(cursor, entry.type);
  if (!value) fail_type(entry, "a float");
  return *value;
}

bool File::get_bool(std::string_view key) const {
  const KeyValue& entry = require(key);
  if (entry.type != ValueType::kBool) fail_type(entry, "true or false");
  return Cursor(entry.data).take_or_throw<std::uint8_t>() != 0;
}

std::optional<std::string_view> File::find_string(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  return get_string(key);
}

std::optional<std::uint64_t> File::find_uint(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  return get_uint(key);
}

std::optional<double> File::find_float(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  return get_float(key);
}

std::optional<bool> File::find_bool(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  return get_bool(key);
}

std::vector<std::string_view> File::get_string_array(std::string_view key) const {
  const KeyValue& entry = require_array(key);
  if (entry.element_type != ValueType::kString) fail_type(entry, "an array of strings");
  std::vector<std::string_view> values(static_cast<std::size_t>(entry.count));
  Cursor cursor(entry.data);
  for (std::string_view& value : values) value = cursor.take_string_or_throw();
  return values;
}

std::vector<float> File::get_float_array(std::string_view key) const {
  const KeyValue& entry = require_array(key);
  std::vector<float> values(static_cast<std::size_t>(entry.count));
  Cursor cursor(entry.data);
  for (float& value : values) {
    const auto element = as_float(cursor, entry.element_type);
    if (!element) fail_type(entry, "an array of floats");
    value = static_cast<float>(*element);
  }
  return values;
}

std::vector<std::int32_t> File::get_int_array(std::string_view key) const {
  const KeyValue& entry = require_array(key);
  std::vector<std::int32_t> values(static_cast<std::size_t>(entry.count));
  Cursor cursor(entry.data);
  for (std::int32_t& value : values) {
    const auto element = as_int32(cursor, entry.element_type);
    if (!element) fail_type(entry, "an array of 32-bit integers");
    value = *element;
  }
  return values;
}

}  // namespace gguf
