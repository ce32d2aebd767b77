#include <algorithm>

#include "fast/kernels.h"
#include "kernels/fast.h"
#include "kernels/parallel_for.h"

namespace kernels::fast {

std::string_view instruction_set() { return kernels().name; }

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

void Activations::finish(bool quantized, int threads) {
  if (!quantized || cols_ % 32 != 0) return;
  const Kernels& k = kernels();
  // All rows as one. A single one, too, is divided: half of it was written by another processor.
  constexpr std::size_t kBlocks = 64;  // of 32 numbers: some microseconds
  parallel_for(n_ * cols_ / 32, kBlocks, threads, [&](std::size_t begin, std::size_t end) {
    k.quantize_row(values_.data() + 32 * begin, 32 * (end - begin),
                   {quants_.data() + 32 * begin, scales_.data() + begin, sums16_.data() + 2 * begin,
                    sums32_.data() + begin, quant_sums16_.data() + 2 * begin, quant_sums32_.data() + begin});
  });
}

/// Sees the inside of Activations.
class Products {
 public:
  static ActivationRows rows(const Activations& x) {
    return {x.n_,
            x.cols_,
            x.values_.data(),
            x.quants_.data(),
            x.scales_.data(),
            x.sums16_.data(),
            x.sums32_.data(),
            x.quant_sums16_.data(),
            x.quant_sums32_.data()};
  }
};

std::size_t interleaved_bytes(const Matrix& a) { return a.rows * kernels().interleaved_row_bytes(a); }

Matrix interleave(const Matrix& a, std::byte* to, int threads) {
  const Kernels& k = kernels();
  const std::size_t grain = std::max<std::size_t>(1, (1 << 16) / (k.lanes * a.cols));
  parallel_for(a.rows / k.lanes, grain, threads, [&](std::size_t begin, std::size_t end) {
    k.interleave_rows(a, begin * k.lanes, end * k.lanes, to);
  });
  Matrix result = a;
  result.data = to;
  result.interleaved_row_bytes = k.interleaved_row_bytes(a);
  return result;
}

void matmul(std::initializer_list<Product> products, const Activations& x, int threads) {
  const Kernels& k = kernels();
  const ActivationRows rows = Products::rows(x);
  // Strips of rows: 32 of them are unpacked together, and about 0.1 ms of work is worth a thread's while.
  constexpr std::size_t kRows = 32;
  constexpr std::size_t kMultiplications = 1 << 20;
  std::size_t strips = 0;
  for (const Product& product : products) strips += (product.a.rows + kRows - 1) / kRows;
  const std::size_t grain = kMultiplications / std::max<std::size_t>(1, kRows * x.cols() * x.n());
  parallel_for(strips, grain, threads, [&](std::size_t begin, std::size_t end) {
    std::size_t first = 0;  // strip of this product
    for (const Product& product : products) {
      const std::size_t count = (product.a.rows + kRows - 1) / kRows;
      const std::size_t from = std::max(begin, first);
      const std::size_t to = std::min(end, first + count);
      if (from < to) {
        k.multiply_rows(product.a, rows, product.y.data(), (from - first) * kRows,
                        std::min(product.a.rows, (to - first) * kRows));
      }
      first += count;
    }
  });
}

}  // namespace kernels::fast
