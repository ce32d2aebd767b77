// The fast matrix products, with every instruction set that this processor has.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string>

#include "fast/kernels.h"
#include "kernels/dequantize.h"
#include "kernels/fast.h"
#include "kernels/gated_activation.h"
#include "kernels/quantize.h"
#include "kernels/quantized_blocks.h"
#include "kernels/rms_norm.h"
#include "random_data.h"
#include "support/catch.h"

using namespace kernels;

namespace {

constexpr WeightType kAllTypes[] = {
    WeightType::kF32,  WeightType::kF16,  WeightType::kBF16, WeightType::kQ8_0,   WeightType::kQ4_0,
    WeightType::kQ4_1, WeightType::kQ5_0, WeightType::kQ5_1, WeightType::kQ2_K,   WeightType::kQ3_K,
    WeightType::kQ4_K, WeightType::kQ5_K, WeightType::kQ6_K, WeightType::kIQ4_NL, WeightType::kIQ4_XS,
};

constexpr WeightType kInterleavedTypes[] = {WeightType::kQ2_K, WeightType::kQ3_K,   WeightType::kQ4_0,
                                            WeightType::kQ4_K, WeightType::kQ5_0,   WeightType::kQ5_K,
                                            WeightType::kQ6_K, WeightType::kIQ4_NL, WeightType::kIQ4_XS};

/// Activations as floats and as bytes, quantized by the instruction set under test.
struct Rows {
  std::size_t n, cols;
  std::vector<float> values;
  std::vector<std::int8_t> quants;
  std::vector<float> scales, sums16, sums32;
  std::vector<std::int32_t> quant_sums16, quant_sums32;

  Rows(const fast::Kernels& set, std::size_t tokens, std::size_t size, RandomData& random)
      : n(tokens),
        cols(size),
        values(random.normal(n * cols)),
        quants(n * cols),
        scales(n * cols / 32),
        sums16(n * cols / 16),
        sums32(n * cols / 32),
        quant_sums16(n * cols / 16),
        quant_sums32(n * cols / 32) {
    for (std::size_t t = 0; t < n && cols % 32 == 0; ++t) {
      const std::size_t blocks = t * (cols / 32);
      set.quantize_row(&values[t * cols], cols,
                       {&quants[t * cols], &scales[blocks], &sums16[2 * blocks], &sums32[blocks],
                        &quant_sums16[2 * blocks], &quant_sums32[blocks]});
    }
  }

  fast::ActivationRows view() const {
    return {n,
            cols,
            values.data(),
            quants.data(),
            scales.data(),
            sums16.data(),
            sums32.data(),
            quant_sums16.data(),
            quant_sums32.data()};
  }

  double quantized(std::size_t t, std::size_t k) const {
    return static_cast<double>(scales[t * (cols / 32) + k / 32]) * quants[t * cols + k];
  }
  /// What the product is to read: floats, or the bytes times their scales.
  double value(WeightType type, std::size_t t, std::size_t k) const {
    return block_elements(type) == 1 ? values[t * cols + k] : quantized(t, k);
  }
};

/// Quantized random weights, and the numbers that they stand for.
class RandomWeights {
 public:
  RandomWeights(WeightType type, std::size_t rows, std::size_t cols, RandomData& random)
      : matrix_{type, rows, cols, nullptr}, blocks_(matrix_.bytes()), values_(poisoned(rows * cols)) {
    reference::quantize(type, random.normal(rows * cols), blocks_.data());
    matrix_.data = blocks_.data();
    reference::dequantize(type, matrix_.data, values_);
  }
  const Matrix& matrix() const { return matrix_; }
  double value(std::size_t row, std::size_t k) const { return values_[row * matrix_.cols + k]; }

 private:
  Matrix matrix_;
  std::vector<std::byte> blocks_;
  std::vector<float> values_;
};

/// The same weights, interleaved for an instruction set; or as they are, where it does not interleave them.
class Interleaved {
 public:
  Interleaved(const fast::Kernels& set, const Matrix& a) : matrix_(a) {
    constexpr std::byte kUntouched{0xA5};
    matrix_.interleaved_row_bytes = set.interleaved_row_bytes(a);
    if (!matrix_.is_interleaved()) return;
    memory_.assign(matrix_.bytes() + 2 * kAlignment, kUntouched);
    void* begin = memory_.data();
    std::size_t room = memory_.size();
    std::align(kAlignment, matrix_.bytes(), begin, room);
    const auto first = static_cast<std::size_t>(static_cast<std::byte*>(begin) - memory_.data());
    // In two calls, as two threads would.
    set.interleave_rows(a, set.lanes, a.rows, static_cast<std::byte*>(begin));
    set.interleave_rows(a, 0, set.lanes, static_cast<std::byte*>(begin));
    for (std::size_t i = 0; i < memory_.size(); ++i) {
      if (i < first || i >= first + matrix_.bytes()) REQUIRE(memory_[i] == kUntouched);
    }
    matrix_.data = static_cast<std::byte*>(begin);
  }
  const Matrix& matrix() const { return matrix_; }

 private:
  static constexpr std::size_t kAlignment = 64;
  Matrix matrix_;
  std::vector<std::byte> memory_;
};

/// Compares a product with the one in double precision.
/// @param a        the weights
/// @param storage  the same, perhaps in another order
void require_product(const fast::Kernels& set, const RandomWeights& a, const Matrix& storage, std::size_t n,
                     RandomData& random) {
  const WeightType type = storage.type;
  const std::size_t rows = storage.rows;
  const std::size_t cols = storage.cols;
  INFO("seed " << random.seed << ", " << std::string(set.name) << ", type " << static_cast<int>(type)
               << ", rows " << rows << ", columns " << cols << ", tokens " << n);
  const Rows x(set, n, cols, random);
  std::vector<float> y = poisoned(n * rows);
  const std::size_t middle = rows > 32 ? 32 : rows;  // in two calls, as two threads would
  set.multiply_rows(storage, x.view(), y.data(), 0, middle);
  if (middle < rows) set.multiply_rows(storage, x.view(), y.data(), middle, rows);

  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t row = 0; row < rows; ++row) {
      double expected = 0;
      double size = 0;
      for (std::size_t k = 0; k < cols; ++k) {
        const double product = a.value(row, k) * x.value(type, t, k);
        expected += product;
        size += std::abs(product);
      }
      // Sums in float; scale * quant + minimum loses some digits where the two cancel.
      INFO("row " << row << ", token " << t << ": expected " << expected << ", got " << y[t * rows + row]);
      REQUIRE_FALSE(!(std::abs(y[t * rows + row] - expected) <= 4e-6 * size));
    }
  }
}

/// Scales and minima of a block that are stored as halves.
void set_scales_to_one(WeightType type, std::byte* block) {
  const auto set = [&](std::size_t offset) {
    block[offset] = std::byte{0x00};
    block[offset + 1] = std::byte{0x3C};
  };
  switch (type) {
    case WeightType::kQ2_K:
      set(offsetof(BlockQ2_K, minimum));
      return set(offsetof(BlockQ2_K, scale));
    case WeightType::kQ3_K:
      return set(offsetof(BlockQ3_K, scale));
    case WeightType::kQ6_K:
      return set(offsetof(BlockQ6_K, scale));
    case WeightType::kQ4_1:
    case WeightType::kQ5_1:
    case WeightType::kQ4_K:
    case WeightType::kQ5_K:
      set(2);
      return set(0);
    default:
      return set(0);
  }
}

}  // namespace

TEST_CASE("fast products of every weight type are those of the dequantized weights") {
  RandomData random;
  for (const fast::Kernels* set : fast::available_kernels()) {
    for (const WeightType type : kAllTypes) {
      for (const auto& [rows, cols, n] : {std::array<std::size_t, 3>{1, 256, 1},
                                          {33, 768, 3},
                                          {31, 256, 4},
                                          {70, 1280, 13},
                                          {33, 4352, 5},  // three parts of a tile's columns
                                          {64, 512, 9}}) {
        // Types with blocks of 32 also end in the middle of 256; floats end anywhere.
        const std::size_t block = block_elements(type);
        const std::size_t width = block == 256 ? cols : block == 32 ? cols + 32 : cols + 5;
        const RandomWeights a(type, rows, width, random);
        require_product(*set, a, a.matrix(), n, random);
      }
    }
  }
}

TEST_CASE("fast products of interleaved weights are those of the dequantized weights") {
  RandomData random;
  for (const fast::Kernels* set : fast::available_kernels()) {
    for (const WeightType type : kInterleavedTypes) {
      for (const auto& [rows, cols, n] : {std::array<std::size_t, 3>{16, 256, 1},
                                          {48, 768, 3},
                                          {16, 256, 4},
                                          {80, 1280, 13},
                                          {32, 4352, 5},
                                          {64, 512, 9}}) {
        // Types with blocks of 32 also end in the middle of 256, and of a tile's columns.
        const std::size_t width = block_elements(type) == 256 ? cols : cols + 64;
        const RandomWeights a(type, rows, width, random);
        const Interleaved interleaved(*set, a.matrix());
        require_product(*set, a, interleaved.matrix(), n, random);
      }
    }
  }
}

TEST_CASE("weights of other types and shapes stay as they are") {
  for (const fast::Kernels* set : fast::available_kernels()) {
    INFO(std::string(set->name));
    for (const WeightType type : kAllTypes) {
      const bool is_interleaved = std::find(std::begin(kInterleavedTypes), std::end(kInterleavedTypes),
                                            type) != std::end(kInterleavedTypes);
      INFO("type " << static_cast<int>(type));
      const Matrix a = {type, 32, 512, nullptr};
      const std::size_t bytes = set->interleaved_row_bytes(a);
      CHECK((bytes != 0) == is_interleaved);
      // Scales of Q3_K and Q4_K take whole bytes: 16 instead of 12 of 110, and 16 instead of 12 of 144.
      CHECK(bytes <= (type == WeightType::kQ3_K ? std::size_t{2 * 116} : a.row_bytes() * 21 / 20));
      CHECK((bytes == 0 || bytes >= a.row_bytes()));
      CHECK(set->interleaved_row_bytes({type, 31, 512, nullptr}) == 0);
    }
    CHECK(set->interleaved_row_bytes({WeightType::kQ4_0, 32, 512 + 32, nullptr}) == 0);
  }
  CHECK(fast::interleaved_bytes({WeightType::kQ4_0, 48, 64, nullptr}) > 0);
  CHECK(fast::interleaved_bytes({WeightType::kQ4_0, 44, 64, nullptr}) == 0);
}

TEST_CASE("some rows of interleaved weights are those rows, whatever the threads") {
  RandomData random;
  INFO("seed " << random.seed);
  const RandomWeights a(WeightType::kQ6_K, 96, 512, random);
  std::vector<std::byte> one(fast::interleaved_bytes(a.matrix()) + 64), three(one.size());
  void* begin_one = one.data();
  void* begin_three = three.data();
  std::size_t room = one.size(), room_three = room;
  const std::size_t bytes = room - 64;
  std::align(64, bytes, begin_one, room);
  std::align(64, bytes, begin_three, room_three);
  const Matrix whole = fast::interleave(a.matrix(), static_cast<std::byte*>(begin_one), 1);
  const Matrix again = fast::interleave(a.matrix(), static_cast<std::byte*>(begin_three), 3);
  REQUIRE(whole.bytes() == bytes);
  CHECK(std::memcmp(whole.data, again.data, bytes) == 0);

  const Rows x(fast::kernels(), 2, 512, random);
  std::vector<float> all = poisoned(2 * 96), part = poisoned(2 * 32);
  fast::kernels().multiply_rows(whole, x.view(), all.data(), 0, 96);
  for (std::size_t i = 0; i < 3; ++i) {
    Matrix rows = whole;
    rows.rows = 32;
    rows.data = whole.row(32 * i);
    fast::kernels().multiply_rows(rows, x.view(), part.data(), 0, 32);
    for (std::size_t t = 0; t < 2; ++t) {
      for (std::size_t row = 0; row < 32; ++row) REQUIRE(part[t * 32 + row] == all[t * 96 + i * 32 + row]);
    }
  }
}

TEST_CASE("the fast product's sums of whole numbers do not overflow at the largest weights and activations") {
  RandomData random;
  for (const fast::Kernels* set : fast::available_kernels()) {
    for (const WeightType type : kAllTypes) {
      const std::size_t block = block_elements(type);
      if (block == 1) continue;
      constexpr std::size_t kRows = 32, kCols = 512;
      // The bytes from which quants, scales and minima are made, all ones; and 0x80, the largest of Q8_0.
      for (const int byte : {0xFF, 0x80}) {
        INFO(std::string(set->name) << ", type " << static_cast<int>(type) << ", bytes " << byte);
        Matrix a = {type, kRows, kCols, nullptr};
        std::vector<std::byte> blocks(a.bytes(), static_cast<std::byte>(byte));
        for (std::size_t b = 0; b < kRows * kCols / block; ++b)
          set_scales_to_one(type, &blocks[b * block_bytes(type)]);
        a.data = blocks.data();
        std::vector<float> weights(kRows * kCols);
        reference::dequantize(type, a.data, weights);
        const Interleaved interleaved(*set, a);  // or as it is
        for (const auto& [n, matrix] : {std::pair<std::size_t, Matrix>{1, a},
                                        {8, a},
                                        {1, interleaved.matrix()},
                                        {8, interleaved.matrix()}}) {
          Rows x(*set, n, kCols, random);
          std::fill(x.quants.begin(), x.quants.end(), std::int8_t{-127});
          std::fill(x.scales.begin(), x.scales.end(), 1.0f);
          std::fill(x.sums16.begin(), x.sums16.end(), -127.0f * 16);
          std::fill(x.sums32.begin(), x.sums32.end(), -127.0f * 32);
          std::fill(x.quant_sums16.begin(), x.quant_sums16.end(), -127 * 16);
          std::fill(x.quant_sums32.begin(), x.quant_sums32.end(), -127 * 32);
          std::vector<float> y = poisoned(n * kRows);
          set->multiply_rows(matrix, x.view(), y.data(), 0, kRows);
          double expected = 0;
          double size = 0;
          for (std::size_t k = 0; k < kCols; ++k) {
            expected += -127.0 * weights[k];
            size += std::abs(127.0 * weights[k]);
          }
          // Whole numbers that a float holds: nothing is rounded.
          const double tolerance = size < 1 << 24 ? 0.0 : 4e-6 * size;
          for (const float value : y) REQUIRE_FALSE(!(std::abs(value - expected) <= tolerance));
        }
      }
    }
  }
}

TEST_CASE("activations as bytes are within half a step, and their sums are right") {
  RandomData random;
  for (const fast::Kernels* set : fast::available_kernels()) {
    INFO("seed " << random.seed << ", " << std::string(set->name));
    const Rows x(*set, 3, 320, random);
    for (std::size_t first = 0; first < x.values.size(); first += 16) {
      const float scale = x.scales[first / 32];
      int sum = 0;
      for (std::size_t i = first; i < first + 16; ++i) {
        REQUIRE(x.quants[i] >= -127);
        sum += x.quants[i];
        REQUIRE_FALSE(!(std::abs(x.values[i] - scale * x.quants[i]) <= 0.51f * scale));
      }
      REQUIRE(x.sums16[first / 16] == scale * static_cast<float>(sum));
      REQUIRE(x.quant_sums16[first / 16] == sum);
    }
    for (std::size_t block = 0; block < x.scales.size(); ++block) {
      int sum = 0;
      for (std::size_t i = block * 32; i < block * 32 + 32; ++i) sum += x.quants[i];
      REQUIRE(x.sums32[block] == x.scales[block] * static_cast<float>(sum));
      REQUIRE(x.quant_sums32[block] == sum);
    }
  }
}

TEST_CASE("activations of zero, and numbers that are not finite, become finite bytes") {
  for (const fast::Kernels* set : fast::available_kernels()) {
    INFO(std::string(set->name));
    std::vector<float> x(96, 0.0f);
    x[40] = std::numeric_limits<float>::infinity();
    x[41] = std::numeric_limits<float>::quiet_NaN();
    x[65] = std::numeric_limits<float>::quiet_NaN();
    x[66] = 1.0f;
    std::vector<std::int8_t> q(96, 99);
    std::vector<float> scales = poisoned(3), sums16 = poisoned(6), sums32 = poisoned(3);
    std::vector<std::int32_t> quant_sums16(6, 99), quant_sums32(3, 99);
    set->quantize_row(
        x.data(), 96,
        {q.data(), scales.data(), sums16.data(), sums32.data(), quant_sums16.data(), quant_sums32.data()});
    for (std::size_t i = 0; i < 64; ++i) REQUIRE(q[i] == 0);
    for (std::size_t i = 64; i < 96; ++i) REQUIRE(q[i] >= -127);
    REQUIRE(scales[0] == 0.0f);
    REQUIRE(sums32[0] == 0.0f);
    REQUIRE(quant_sums32[0] == 0);
    for (const float sum : sums32) REQUIRE(std::isfinite(sum));
  }
}

TEST_CASE("activations of any size keep their precision as bytes") {
  RandomData random;
  for (const fast::Kernels* set : fast::available_kernels()) {
    for (const float size : {1e-30f, 1e30f}) {
      INFO("seed " << random.seed << ", " << std::string(set->name) << ", size " << size);
      std::vector<float> x = random.normal(64);
      for (float& value : x) value *= size;
      std::vector<std::int8_t> q(64, 99);
      std::vector<float> scales = poisoned(2), sums16 = poisoned(4), sums32 = poisoned(2);
      std::vector<std::int32_t> quant_sums16(4), quant_sums32(2);
      set->quantize_row(
          x.data(), 64,
          {q.data(), scales.data(), sums16.data(), sums32.data(), quant_sums16.data(), quant_sums32.data()});
      for (std::size_t i = 0; i < 64; ++i) {
        REQUIRE_FALSE(!(std::abs(x[i] - scales[i / 32] * q[i]) <= 0.51f * scales[i / 32]));
        REQUIRE(scales[i / 32] > 0.0f);
      }
    }
  }
}

TEST_CASE("what is normalized or gated reaches the products whole, as floats and as bytes") {
  RandomData random;
  for (const std::size_t cols : {32, 2048, 4352}) {  // fewer than are turned into bytes together, and more
    const RandomWeights floats(WeightType::kF32, 16, cols, random);
    const RandomWeights quantized(WeightType::kQ8_0, 16, cols, random);
    for (const std::size_t n : {1, 3}) {
      const std::vector<float> x = random.normal(n * cols), other = random.normal(n * cols);
      const std::vector<float> weight = random.normal(cols);
      for (const bool gated : {false, true}) {
        std::vector<float> expected = poisoned(n * cols);
        if (gated) {
          reference::gated_activation(Activation::kSilu, x, other, expected);
        } else {
          reference::rms_norm(x, weight, 1e-5f, expected);
        }
        fast::Activations activations(n * cols);
        const auto product = [&](const RandomWeights& a, fast::ReadAs as, int threads) {
          const std::span<float> before = activations.begin(n, cols);
          std::fill(before.begin(), before.end(), std::nanf("poison"));
          if (gated) {
            fast::gated_activation(Activation::kSilu, x, other, cols, activations, as, threads);
          } else {
            fast::rms_norm(x, weight, 1e-5f, activations, as, threads);
          }
          std::vector<float> y = poisoned(n * 16);
          fast::matmul({{a.matrix(), y}}, activations, threads);
          return y;
        };
        const auto error = [&](const RandomWeights& a, const std::vector<float>& y) {
          double difference = 0, norm = 0;
          for (std::size_t t = 0; t < n; ++t) {
            for (std::size_t row = 0; row < 16; ++row) {
              double exact = 0;
              for (std::size_t k = 0; k < cols; ++k) exact += a.value(row, k) * expected[t * cols + k];
              difference += std::pow(y[t * 16 + row] - exact, 2);
              norm += exact * exact;
            }
          }
          return std::sqrt(difference / norm);
        };
        INFO("seed " << random.seed << ", " << n << " rows of " << cols << ", gated " << gated);
        const fast::ReadAs both = fast::read_as({&floats.matrix(), &quantized.matrix()});
        const std::vector<float> y = product(quantized, both, 1);
        CHECK_FALSE(!(error(quantized, y) <= 0.05));  // bytes; about 1 where a part is missing or misplaced
        CHECK_FALSE(!(error(floats, product(floats, both, 3)) <= 1e-5));
        CHECK(product(quantized, fast::read_as({&quantized.matrix()}), 3) == y);
      }
    }
  }
}
