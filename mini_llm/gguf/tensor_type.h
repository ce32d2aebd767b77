#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gguf {

/// How a tensor's numbers are stored. The values are those in the file (GGUF specification, ggml_type).
/// Values that were withdrawn from the format (4, 5, 31-33, 36-38) are absent here and refused by the reader.
enum class TensorType : std::uint32_t {
  kF32 = 0,
  kF16 = 1,
  kQ4_0 = 2,
  kQ4_1 = 3,
  kQ5_0 = 6,
  kQ5_1 = 7,
  kQ8_0 = 8,
  kQ8_1 = 9,
  kQ2_K = 10,
  kQ3_K = 11,
  kQ4_K = 12,
  kQ5_K = 13,
  kQ6_K = 14,
  kQ8_K = 15,
  kIQ2_XXS = 16,
  kIQ2_XS = 17,
  kIQ3_XXS = 18,
  kIQ1_S = 19,
  kIQ4_NL = 20,
  kIQ3_S = 21,
  kIQ2_S = 22,
  kIQ4_XS = 23,
  kI8 = 24,
  kI16 = 25,
  kI32 = 26,
  kI64 = 27,
  kF64 = 28,
  kIQ1_M = 29,
  kBF16 = 30,
  kTQ1_0 = 34,
  kTQ2_0 = 35,
  kMXFP4 = 39,
};

/// The storage of one type: numbers are stored in blocks of `block_elements`, each `block_bytes` long.
/// A plain type (F32, I8, ...) has blocks of one element.
struct TensorTypeTraits {
  TensorType type;
  std::string_view name;
  std::uint32_t block_elements;
  std::uint32_t block_bytes;
};

/// nullopt when the format knows no such type.
std::optional<TensorTypeTraits> find_traits(std::uint32_t type);

/// @pre `type` is one of the enumerators
const TensorTypeTraits& traits(TensorType type);

/// As people write it: "Q4_0".
inline std::string_view name(TensorType type) { return traits(type).name; }

}  // namespace gguf
