#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gguf {

/// The type of a metadata value. The numbers are those in the file.
enum class ValueType : std::uint32_t {
  kUint8 = 0,
  kInt8 = 1,
  kUint16 = 2,
  kInt16 = 3,
  kUint32 = 4,
  kInt32 = 5,
  kFloat32 = 6,
  kBool = 7,
  kString = 8,
  kArray = 9,
  kUint64 = 10,
  kInt64 = 11,
  kFloat64 = 12,
};

/// Bytes of one value of a fixed-size type; 0 for strings, arrays and numbers that are no type.
std::size_t fixed_size(ValueType type);

/// "uint32", "string", ...
std::string_view name(ValueType type);

/// One metadata entry: a view into the mapped file, already checked to lie inside it.
struct KeyValue {
  std::string_view key;
  ValueType type;
  ValueType element_type;  // of an array; otherwise the same as type
  std::uint64_t count;     // elements of an array; otherwise 1
  /// Fixed-size values one after another, little-endian and unaligned; strings each as a 64-bit length and
  /// text.
  std::span<const std::byte> data;
};

/// The value for a person to read, safe for a terminal: `4096`, `"llama"`, `[32000 strings] "<unk>", "<s>",
/// ...`.
std::string describe(const KeyValue& entry, std::size_t max_bytes = 120);

}  // namespace gguf
