#include "kernels/matmul.h"

#include <algorithm>
#include <vector>

#include "kernels/dequantize.h"
#include "kernels/parallel_for.h"
#include "reference/dot.h"

namespace kernels::reference {
namespace {

constexpr std::size_t kMultiplicationsPerRange = 1 << 18;  // about 0.1 ms

}  // namespace

void matmul(const Matrix& a, std::span<const float> x, std::span<float> y, int threads) {
  const std::size_t n = x.size() / a.cols;
  const std::size_t grain = kMultiplicationsPerRange / std::max<std::size_t>(a.cols * n, 1);
  parallel_for(a.rows, grain, threads, [&](std::size_t begin, std::size_t end) {
    std::vector<float> weights(a.cols);
    for (std::size_t row = begin; row < end; ++row) {
      dequantize(a.type, a.row(row), weights);
      for (std::size_t t = 0; t < n; ++t) {
        y[t * a.rows + row] = static_cast<float>(dot(weights.data(), &x[t * a.cols], a.cols));
      }
    }
  });
}

}  // namespace kernels::reference
