#include "gguf/value.h"

#include <fmt/format.h>

#include "bytes/printable.h"
#include "gguf/cursor.h"

namespace gguf {

std::size_t fixed_size(ValueType type) {
  switch (type) {
    case ValueType::kUint8:
    case ValueType::kInt8:
    case ValueType::kBool:
      return 1;
    case ValueType::kUint16:
    case ValueType::kInt16:
      return 2;
    case ValueType::kUint32:
    case ValueType::kInt32:
    case ValueType::kFloat32:
      return 4;
    case ValueType::kUint64:
    case ValueType::kInt64:
    case ValueType::kFloat64:
      return 8;
    case ValueType::kString:
    case ValueType::kArray:
      break;
  }
  return 0;
}

std::string_view name(ValueType type) {
  switch (type) {
    case ValueType::kUint8:
      return "uint8";
    case ValueType::kInt8:
      return "int8";
    case ValueType::kUint16:
      return "uint16";
    case ValueType::kInt16:
      return "int16";
    case ValueType::kUint32:
      return "uint32";
    case ValueType::kInt32:
      return "int32";
    case ValueType::kFloat32:
      return "float32";
    case ValueType::kBool:
      return "bool";
    case ValueType::kString:
      return "string";
    case ValueType::kArray:
      return "array";
    case ValueType::kUint64:
      return "uint64";
    case ValueType::kInt64:
      return "int64";
    case ValueType::kFloat64:
      return "float64";
  }
  return "unknown";
}

namespace {

std::string describe_one(Cursor& cursor, ValueType type, std::size_t max_bytes) {
  switch (type) {
    case ValueType::kUint8:
      return fmt::to_string(cursor.take_or_throw<std::uint8_t>());
    case ValueType::kInt8:
      return fmt::to_string(cursor.take_or_throw<std::int8_t>());
    case ValueType::kUint16:
      return fmt::to_string(cursor.take_or_throw<std::uint16_t>());
    case ValueType::kInt16:
      return fmt::to_string(cursor.take_or_throw<std::int16_t>());
    case ValueType::kUint32:
      return fmt::to_string(cursor.take_or_throw<std::uint32_t>());
    case ValueType::kInt32:
      return fmt::to_string(cursor.take_or_throw<std::int32_t>());
    case ValueType::kFloat32:
      return fmt::to_string(cursor.take_or_throw<float>());
    case ValueType::kBool:
      return cursor.take_or_throw<std::uint8_t>() != 0 ? "true" : "false";
    case ValueType::kUint64:
      return fmt::to_string(cursor.take_or_throw<std::uint64_t>());
    case ValueType::kInt64:
      return fmt::to_string(cursor.take_or_throw<std::int64_t>());
    case ValueType::kFloat64:
      return fmt::to_string(cursor.take_or_throw<double>());
    case ValueType::kString:
      return fmt::format("\"{}\"", bytes::printable(cursor.take_string_or_throw(), max_bytes));
    case ValueType::kArray:
      break;
  }
  return "?";
}

}  // namespace

std::string describe(const KeyValue& entry, std::size_t max_bytes) {
  Cursor cursor(entry.data);
  if (entry.type != ValueType::kArray) return describe_one(cursor, entry.type, max_bytes);
  std::string text = fmt::format("[{} x {}]", entry.count, name(entry.element_type));
  for (std::uint64_t i = 0; i < entry.count; ++i) {
    if (text.size() >= max_bytes) return text + ", ...";
    text += i == 0 ? " " : ", ";
    text += describe_one(cursor, entry.element_type, max_bytes);
  }
  return text;
}

}  // namespace gguf
