#include "kernels/matmul.h"

#include <vector>

#include "kernels/dequantize.h"
#include "reference/dot.h"

namespace kernels::reference {
namespace {

constexpr std::size_t kMinParallelWork = 1 << 21;  // multiplications

}  // namespace

void matmul(const Matrix& a, std::span<const float> x, std::span<float> y, int threads) {
  const std::size_t n = x.size() / a.cols;
  // Threads wait for each other at the end, which on a busy machine takes milliseconds: not for work of less
  // than that.
  const bool worth_threads = a.rows * a.cols * n >= kMinParallelWork;
#pragma omp parallel num_threads(threads) if (worth_threads)
  {
    std::vector<float> weights(a.cols);
#pragma omp for schedule(static)
    for (std::size_t row = 0; row < a.rows; ++row) {
      dequantize(a.type, a.row(row), weights);
      for (std::size_t t = 0; t < n; ++t) {
        y[t * a.rows + row] = static_cast<float>(dot(weights.data(), &x[t * a.cols], a.cols));
      }
    }
  }
}

}  // namespace kernels::reference
