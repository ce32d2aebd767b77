#include <algorithm>

#include "fast/kernels.h"
#include "kernels/fast.h"
#include "kernels/parallel_for.h"

namespace kernels::fast {
namespace {

constexpr std::size_t kPart = 2048;  // numbers that are turned into bytes together: some microseconds

/// Numbers in a part of `size`: the same for each thread where there are few. A single row, too, is divided:
/// half of it was written by another processor.
std::size_t part_size(std::size_t size, std::size_t unit, int threads) {
  const std::size_t share = size / static_cast<std::size_t>(std::max(threads, 1)) + 1;
  return (std::min(kPart, share) + unit - 1) / unit * unit;
}

}  // namespace

ReadAs read_as(std::initializer_list<const Matrix*> matrices) {
  ReadAs result;
  for (const Matrix* matrix : matrices) {
    const bool quantized = block_elements(matrix->type) > 1;
    result.bytes |= quantized;
    result.floats |= !quantized;
  }
  return result;
}

Activations::Activations(std::size_t numbers)
    : values_(numbers),
      quants_(numbers),
      scales_(numbers / 32),
      sums16_(numbers / 16),
      sums32_(numbers / 32),
      quant_sums16_(numbers / 16),
      quant_sums32_(numbers / 32) {}

std::size_t Activations::memory_bytes(std::size_t numbers) {
  const std::size_t for_each_32 = sizeof(float) * (1 + 3) + sizeof(std::int32_t) * 3;
  return numbers * (sizeof(float) + 1) + numbers / 32 * for_each_32;
}

std::span<float> Activations::begin(std::size_t n, std::size_t cols) {
  n_ = n;
  cols_ = cols;
  return std::span(values_).first(n * cols);
}

void Activations::finish(ReadAs as, int threads) {
  if (!as.bytes) return;
  const std::size_t size = n_ * cols_;
  parallel_for(size, part_size(size, 32, threads), threads,
               [&](std::size_t begin, std::size_t end) { quantize(begin, end, &values_[begin]); });
}

void Activations::fill(std::size_t n, std::size_t cols, ReadAs as, std::size_t unit, int threads,
                       const Write& write) {
  const std::span<float> values = begin(n, cols);
  const std::size_t size = values.size();
  parallel_for(size, part_size(size, unit, threads), threads, [&](std::size_t begin, std::size_t end) {
    static thread_local AlignedVector<float> own;
    if (!as.floats) own.resize(std::max(own.size(), end - begin));
    float* const to = as.floats ? &values[begin] : own.data();
    write(begin, end, to);
    if (as.bytes) quantize(begin, end, to);
  });
}

void Activations::quantize(std::size_t begin, std::size_t end, const float* values) {
  // What a processor writes here, others have read and will read again. Written a few bytes at a time, each
  // line waits for them to give it up; copied from memory of its own, many lines do at once. (Prompts: 4%
  // faster on Zen 4, two processors without a common cache.)
  struct Part {
    alignas(64) std::int8_t quants[kPart];
    alignas(64) float scales[kPart / 32];
    alignas(64) float sums16[kPart / 16];
    alignas(64) float sums32[kPart / 32];
    alignas(64) std::int32_t quant_sums16[kPart / 16];
    alignas(64) std::int32_t quant_sums32[kPart / 32];
  };
  static thread_local Part part;
  for (; begin < end; begin += kPart, values += kPart) {
    const std::size_t size = std::min(kPart, end - begin);
    kernels().quantize_row(
        values, size,
        {part.quants, part.scales, part.sums16, part.sums32, part.quant_sums16, part.quant_sums32});
    const std::size_t block = begin / 32;
    std::copy_n(part.quants, size, &quants_[begin]);
    std::copy_n(part.scales, size / 32, &scales_[block]);
    std::copy_n(part.sums16, size / 16, &sums16_[2 * block]);
    std::copy_n(part.sums32, size / 32, &sums32_[block]);
    std::copy_n(part.quant_sums16, size / 16, &quant_sums16_[2 * block]);
    std::copy_n(part.quant_sums32, size / 32, &quant_sums32_[block]);
  }
}

}  // namespace kernels::fast
