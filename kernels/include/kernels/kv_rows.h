#pragma once

#include <cstddef>

namespace kernels {

/// How a cache stores keys and values.
enum class KvType {
  kF32,
  kF16,   // half the bytes; 11 significant bits
  kQ8_0,  // about a quarter: BlockQ8_0, so a head is a multiple of 32 numbers
};

constexpr std::size_t kv_bytes(KvType type, std::size_t numbers) {
  switch (type) {
    case KvType::kF32:
      return numbers * 4;
    case KvType::kF16:
      return numbers * 2;
    case KvType::kQ8_0:
      return numbers / 32 * 34;
  }
  return 0;
}

/// The keys, or the values, of one layer: [kv_heads][positions][head_size], so that what a query head reads
/// is one sequence in memory. A view.
struct KvRows {
  KvType type = KvType::kF32;
  const std::byte* data = nullptr;
  std::size_t head_bytes = 0;  // from one head to the next
};

}  // namespace kernels
