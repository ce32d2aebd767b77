// Each reference operation against its formula in double precision, on random odd shapes.
//
// The reference adds in double and rounds its result to float once: 2^-24 = 6e-8 of the result's size. The
// bounds below leave a little room for the rounding of intermediate floats where there are any.

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

#include "kernels/attention.h"
#include "kernels/dequantize.h"
#include "kernels/gated_activation.h"
#include "kernels/matmul.h"
#include "kernels/rms_norm.h"
#include "kernels/rope.h"
#include "kernels/softmax.h"
#include "random_data.h"
#include "require_close.h"
#include "support/catch.h"

using namespace kernels;

namespace {

std::span<const std::byte> bytes_of(const std::vector<float>& values) {
  return std::as_bytes(std::span(values));
}

}  // namespace

TEST_CASE("matmul is a sum of products for every vector") {
  RandomData random;
  for (const auto& [rows, cols, n] :
       {std::array<std::size_t, 3>{1, 1, 1}, {1, 31, 2}, {33, 7, 3}, {5, 1000, 1}, {64, 65, 9}}) {
    INFO("seed " << random.seed << ", " << rows << " x " << cols << ", " << n << " vectors");
    const std::vector<float> weights = random.normal(rows * cols);
    const std::vector<float> x = random.normal(n * cols);
    const Matrix a = {WeightType::kF32, rows, cols, bytes_of(weights).data()};
    std::vector<float> y = poisoned(n * rows);
    reference::matmul(a, x, y, 2);
    for (std::size_t t = 0; t < n; ++t) {
      for (std::size_t row = 0; row < rows; ++row) {
        double sum = 0;
        double magnitude = 0;
        for (std::size_t col = 0; col < cols; ++col) {
          const double product = static_cast<double>(weights[row * cols + col]) * x[t * cols + col];
          sum += product;
          magnitude += std::abs(product);
        }
        require_close(y[t * rows + row], sum, 1e-7 * magnitude);
      }
    }
  }
}

TEST_CASE("matmul of quantized weights is that of the dequantized ones, to the bit") {
  RandomData random;
  INFO("seed " << random.seed);
  for (const WeightType type : {WeightType::kQ8_0, WeightType::kQ4_0, WeightType::kF16, WeightType::kBF16}) {
    Matrix a = {type, 17, 96, nullptr};
    std::vector<std::byte> blocks = random.bytes(a.bytes());
    // Exponents of 16-bit floats are kept small, so that no scale is infinite or NaN.
    for (std::size_t i = 1; i < blocks.size(); i += 2) blocks[i] &= std::byte{0xBF};
    a.data = blocks.data();
    std::vector<float> weights = poisoned(a.rows * a.cols);
    reference::dequantize(type, blocks.data(), weights);
    const Matrix b = {WeightType::kF32, a.rows, a.cols, bytes_of(weights).data()};
    const std::vector<float> x = random.normal(3 * a.cols);
    std::vector<float> from_blocks = poisoned(3 * a.rows);
    std::vector<float> from_floats = poisoned(3 * a.rows);
    reference::matmul(a, x, from_blocks, 1);
    reference::matmul(b, x, from_floats, 2);
    CHECK(from_blocks == from_floats);
  }
}

TEST_CASE("rms_norm makes the mean square of a row one, then multiplies by the weights") {
  RandomData random;
  for (const std::size_t size : {1, 31, 256, 1000}) {
    INFO("seed " << random.seed << ", size " << size);
    constexpr std::size_t kRows = 3;
    const std::vector<float> x = random.normal(kRows * size, 10.0f);
    const std::vector<float> weight = random.normal(size);
    std::vector<float> y = poisoned(kRows * size);
    reference::rms_norm(x, weight, 1e-5f, y);
    for (std::size_t row = 0; row < kRows; ++row) {
      double squares = 0;
      for (std::size_t i = 0; i < size; ++i) squares += std::pow(static_cast<double>(x[row * size + i]), 2);
      for (std::size_t i = 0; i < size; ++i) {
        const double expected =
            x[row * size + i] / std::sqrt(squares / static_cast<double>(size) + 1e-5f) * weight[i];
        require_close(y[row * size + i], expected, 1e-7 * std::abs(expected));
      }
    }
  }
}

TEST_CASE("rms_norm of zeros is zero, not a division by zero") {
  const std::vector<float> zeros(5, 0.0f);
  const std::vector<float> weight(5, 2.0f);
  std::vector<float> y = poisoned(5);
  reference::rms_norm(zeros, weight, 1e-5f, y);
  CHECK(y == zeros);
}

TEST_CASE("rms_norm can work in place") {
  RandomData random;
  INFO("seed " << random.seed);
  std::vector<float> x = random.normal(66);
  const std::vector<float> weight = random.normal(33);
  std::vector<float> y = poisoned(66);
  reference::rms_norm(x, weight, 1e-5f, y);
  reference::rms_norm(x, weight, 1e-5f, x);
  CHECK(x == y);
}

TEST_CASE("rope multiplies pairs, as complex numbers, by a rotation that depends on the position") {
  RandomData random;
  INFO("seed " << random.seed);
  constexpr std::size_t kTokens = 3, kHeads = 5, kHeadSize = 14, kPosition = 1000;
  std::vector<float> factors(5);
  for (float& factor : factors) factor = 1.0f + static_cast<float>(random.engine() % 100) / 10.0f;
  for (const bool with_factors : {false, true}) {
    Rope settings = {
        10, 500000.0, 0.25, RopePairs::kNeighbours, {}};  // the last 4 numbers of a head do not turn
    if (with_factors) settings.factors = factors;
    const std::vector<float> x = random.normal(kTokens * kHeads * kHeadSize);
    std::vector<float> y = x;
    reference::rope(y, kHeads, kHeadSize, kPosition, settings);
    for (std::size_t i = 0; i < x.size(); i += 2) {
      const std::size_t in_head = i % kHeadSize;
      const auto position = static_cast<double>(kPosition + i / (kHeads * kHeadSize));
      double angle = position * 0.25 * std::pow(500000.0, -static_cast<double>(in_head) / 10.0);
      if (with_factors && in_head < 10) angle /= factors[in_head / 2];
      if (in_head >= 10) angle = 0;
      const auto turned = std::complex<double>(x[i], x[i + 1]) * std::polar(1.0, angle);
      require_close(y[i], turned.real(), 5e-7);
      require_close(y[i + 1], turned.imag(), 5e-7);
    }
  }
}

TEST_CASE("rope of halves turns number i together with the one half the turning numbers further") {
  RandomData random;
  INFO("seed " << random.seed);
  constexpr std::size_t kTokens = 3, kHeads = 5, kPosition = 1000;
  for (const auto& [head_size, dimensions] :
       {std::pair<std::size_t, std::size_t>{2, 2}, {14, 14}, {14, 10}, {128, 128}}) {
    INFO("head size " << head_size << ", " << dimensions << " of it turn");
    const std::size_t half = dimensions / 2;
    std::vector<float> factors(half);
    for (float& factor : factors) factor = 1.0f + static_cast<float>(random.engine() % 100) / 10.0f;
    const Rope settings = {dimensions, 1000000.0, 0.5, RopePairs::kHalves, factors};
    const std::vector<float> x = random.normal(kTokens * kHeads * head_size);
    std::vector<float> y = x;
    reference::rope(y, kHeads, head_size, kPosition, settings);
    for (std::size_t head = 0; head < kTokens * kHeads; ++head) {
      const auto position = static_cast<double>(kPosition + head / kHeads);
      for (std::size_t i = 0; i < half; ++i) {
        const std::size_t first = head * head_size + i;
        const double angle = position * 0.5 / factors[i] *
                             std::pow(1000000.0, -static_cast<double>(i) / static_cast<double>(half));
        const auto turned = std::complex<double>(x[first], x[first + half]) * std::polar(1.0, angle);
        require_close(y[first], turned.real(), 5e-7);
        require_close(y[first + half], turned.imag(), 5e-7);
      }
      for (std::size_t i = dimensions; i < head_size; ++i) {
        REQUIRE(y[head * head_size + i] == x[head * head_size + i]);
      }
    }
  }
}

TEST_CASE("the two kinds of rope are the same but for the order of a head's numbers") {
  RandomData random;
  INFO("seed " << random.seed);
  constexpr std::size_t kHeads = 3, kHeadSize = 10;
  const std::vector<float> x = random.normal(2 * kHeads * kHeadSize);
  const auto place = [](std::size_t i) {  // of number i of the neighbours among the halves
    return i / kHeadSize * kHeadSize + i % kHeadSize / 2 + i % 2 * (kHeadSize / 2);
  };
  std::vector<float> neighbours = x;
  std::vector<float> halves(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) halves[place(i)] = x[i];
  reference::rope(neighbours, kHeads, kHeadSize, 7, {kHeadSize, 10000.0, 1.0, RopePairs::kNeighbours, {}});
  reference::rope(halves, kHeads, kHeadSize, 7, {kHeadSize, 10000.0, 1.0, RopePairs::kHalves, {}});
  for (std::size_t i = 0; i < x.size(); ++i) REQUIRE(halves[place(i)] == neighbours[i]);
}

TEST_CASE("softmax gives exponentials that sum to one") {
  RandomData random;
  for (const std::size_t size : {1, 31, 33, 1000}) {
    INFO("seed " << random.seed << ", size " << size);
    const std::vector<float> x = random.normal(size, 5.0f);
    std::vector<float> y = x;
    reference::softmax(y);
    double total = 0;
    for (const float value : x) total += std::exp(static_cast<double>(value));
    for (std::size_t i = 0; i < size; ++i) {
      const double expected = std::exp(static_cast<double>(x[i])) / total;
      require_close(y[i], expected, 1e-7 * expected);
    }
  }
}

TEST_CASE("softmax survives huge numbers, and minus infinity becomes zero") {
  const float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> x = {3e38f, 3e38f, -infinity, -3e38f};
  reference::softmax(x);
  CHECK(x == std::vector<float>{0.5f, 0.5f, 0.0f, 0.0f});
}

TEST_CASE("softmax of a row of minus infinity is zero") {
  std::vector<float> x(3, -std::numeric_limits<float>::infinity());
  reference::softmax(x);
  CHECK(x == std::vector<float>(3, 0.0f));
}

TEST_CASE("swiglu is silu of one times the other") {
  RandomData random;
  INFO("seed " << random.seed);
  const std::vector<float> gate = random.normal(1001, 5.0f);
  const std::vector<float> up = random.normal(1001);
  std::vector<float> y = poisoned(1001);
  reference::gated_activation(Activation::kSilu, gate, up, y);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double x = gate[i];
    const double expected = x / (1.0 + std::exp(-x)) * up[i];
    require_close(y[i], expected, 1e-7 * std::abs(expected));
  }
}

TEST_CASE("swiglu of a very negative gate is zero, not NaN") {
  std::vector<float> y = poisoned(1);
  reference::gated_activation(Activation::kSilu, std::vector<float>{-1e30f}, std::vector<float>{2.0f}, y);
  CHECK(y[0] == 0.0f);
}

TEST_CASE("geglu is gelu in its tanh form, of one times the other") {
  RandomData random;
  INFO("seed " << random.seed);
  const std::vector<float> gate = random.normal(1001, 3.0f);
  const std::vector<float> up = random.normal(1001);
  std::vector<float> y = poisoned(1001);
  reference::gated_activation(Activation::kGelu, gate, up, y);
  std::vector<float> in_place = gate;
  reference::gated_activation(Activation::kGelu, in_place, up, in_place);
  CHECK(in_place == y);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double x = gate[i];
    // (1 + tanh z) / 2 = 1 / (1 + e^-2z), which does not lose digits where tanh is close to -1
    const double z = std::sqrt(2.0 / 3.14159265358979323846) * (x + 0.044715 * x * x * x);
    const double expected = x / (1.0 + std::exp(-2.0 * z)) * up[i];
    // 1 + tanh loses what is below 2^-53.
    require_close(y[i], expected, 1e-7 * std::abs(expected) + 1e-15 * std::abs(x * up[i]));
  }
}

TEST_CASE("geglu of a huge gate is the gate or zero, not NaN") {
  std::vector<float> y = poisoned(3);
  reference::gated_activation(Activation::kGelu, std::vector<float>{-1e30f, 1e30f, 0.0f},
                              std::vector<float>{2.0f, 2.0f, 2.0f}, y);
  CHECK(y == std::vector<float>{0.0f, 2e30f, 0.0f});
}

TEST_CASE("attention is a weighted mean of the values that a token may see") {
  RandomData random;
  struct Case {
    AttentionShape shape;
    std::size_t first, n;
  };
  for (const Case& c :
       {Case{{1, 1, 1}, 0, 1}, Case{{6, 2, 7}, 0, 5}, Case{{3, 3, 33}, 31, 1}, Case{{8, 1, 16}, 3, 9}}) {
    const auto [heads, kv_heads, head_size] = c.shape;
    INFO("seed " << random.seed << ", heads " << heads << ", kv heads " << kv_heads << ", head size "
                 << head_size);
    const std::size_t positions = c.first + c.n;
    const std::vector<float> q = random.normal(c.n * heads * head_size);
    const std::vector<float> keys = random.normal(positions * kv_heads * head_size);
    const std::vector<float> values = random.normal(positions * kv_heads * head_size);
    std::vector<float> out = poisoned(q.size());
    const AttentionSettings settings = {1.0 / std::sqrt(static_cast<double>(head_size))};
    reference::attention(c.shape, settings, c.first, q, keys, values, out, 2);

    for (std::size_t t = 0; t < c.n; ++t) {
      for (std::size_t head = 0; head < heads; ++head) {
        const std::size_t kv_head = head * kv_heads / heads;
        std::vector<double> mean(head_size);
        double total = 0;
        for (std::size_t p = 0; p <= c.first + t; ++p) {
          double score = 0;
          for (std::size_t i = 0; i < head_size; ++i) {
            score += static_cast<double>(q[(t * heads + head) * head_size + i]) *
                     keys[(p * kv_heads + kv_head) * head_size + i];
          }
          const double weight = std::exp(score / std::sqrt(static_cast<double>(head_size)));
          total += weight;
          for (std::size_t i = 0; i < head_size; ++i) {
            mean[i] += weight * values[(p * kv_heads + kv_head) * head_size + i];
          }
        }
        // Scores and weights are rounded to float: 2^-24 of a score of up to about 10.
        for (std::size_t i = 0; i < head_size; ++i) {
          require_close(out[(t * heads + head) * head_size + i], mean[i] / total, 3e-6);
        }
      }
    }
  }
}

TEST_CASE("attention does not look at later positions") {
  RandomData random;
  INFO("seed " << random.seed);
  const AttentionShape shape = {2, 1, 8};
  const AttentionSettings settings = {1.0 / std::sqrt(8.0)};
  const std::vector<float> q = random.normal(2 * 2 * 8);
  std::vector<float> keys = random.normal(2 * 8);
  std::vector<float> values = random.normal(2 * 8);
  std::vector<float> out = poisoned(q.size());
  reference::attention(shape, settings, 0, q, keys, values, out, 1);
  std::fill(keys.begin() + 8, keys.end(), std::numeric_limits<float>::quiet_NaN());
  std::fill(values.begin() + 8, values.end(), std::numeric_limits<float>::quiet_NaN());
  std::vector<float> without_future = poisoned(q.size());
  reference::attention(shape, settings, 0, q, keys, values, without_future, 1);
  CHECK(std::equal(out.begin(), out.begin() + 16, without_future.begin()));
}
