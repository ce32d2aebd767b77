#include <algorithm>
#include <vector>

#include "fast/kernels.h"
#include "kernels/fast.h"
#include "kernels/parallel_for.h"

namespace kernels::fast {

std::string_view instruction_set() { return kernels().name; }

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

namespace {

/// Where ranges of [0, count) begin, and `count`: each takes a part of what is left, so that the first ones
/// are long, which memory is read faster for, and the last ones short, so that all threads end together.
std::vector<std::size_t> shrinking_ranges(std::size_t count, std::size_t shortest, int threads) {
  const std::size_t parts = 2 * static_cast<std::size_t>(std::max(threads, 1));
  std::vector<std::size_t> bounds = {0};
  while (bounds.back() < count) {
    const std::size_t left = count - bounds.back();
    bounds.push_back(bounds.back() + std::min(left, std::max(shortest, left / parts)));
  }
  return bounds;
}

}  // namespace

void matmul(std::initializer_list<Product> products, const Activations& x, int threads) {
  const Kernels& k = kernels();
  const ActivationRows rows = Products::rows(x);
  constexpr std::size_t kRows = 32;  // in a strip; they are unpacked together
  // Some microseconds of work: less is not worth a thread's while. (Ranges of one size, 20 times this, made
  // tokens 2 to 4% slower; Zen 4, two threads.)
  constexpr std::size_t kMultiplications = 1 << 16;
  std::size_t strips = 0;
  for (const Product& product : products) strips += (product.a.rows + kRows - 1) / kRows;
  const std::size_t shortest = kMultiplications / std::max<std::size_t>(1, kRows * x.cols() * x.n());
  const auto bounds = shrinking_ranges(strips, std::max<std::size_t>(1, shortest), threads);
  parallel_for(bounds.size() - 1, 1, threads, [&](std::size_t range, std::size_t) {
    std::size_t first = 0;  // strip of this product
    for (const Product& product : products) {
      const std::size_t count = (product.a.rows + kRows - 1) / kRows;
      const std::size_t from = std::max(bounds[range], first);
      const std::size_t to = std::min(bounds[range + 1], first + count);
      if (from < to) {
        k.multiply_rows(product.a, rows, product.y.data(), (from - first) * kRows,
                        std::min(product.a.rows, (to - first) * kRows));
      }
      first += count;
    }
  });
}

}  // namespace kernels::fast
