#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "kernels/aligned_vector.h"
#include "kernels/attention.h"
#include "kernels/gated_activation.h"
#include "kernels/kv_rows.h"
#include "kernels/matrix.h"
#include "kernels/rope.h"

/// The operations of a transformer with vector instructions and threads. What each computes is said at its
/// reference; here results differ in the last digits, and activations meet quantized weights as 8-bit
/// numbers.
namespace kernels::fast {

/// The instruction set in use: "avx2", "avx512" or "portable"; see fast/dispatch.cpp.
std::string_view instruction_set();

/// What the products with some matrices read of activations.
struct ReadAs {
  bool floats = false;
  bool bytes = false;  ///< where weights are quantized
};

ReadAs read_as(std::initializer_list<const Matrix*> matrices);

/// Rows of activations, as matrix products read them: as floats, as 8-bit numbers, or both.
class Activations {
 public:
  /// Room for rows of activations: n x cols at most `numbers`.
  explicit Activations(std::size_t numbers);

  static std::size_t memory_bytes(std::size_t numbers);

  /// The rows to write as floats; call finish() before a product.
  /// @return [n][cols]; valid until the next call
  std::span<float> begin(std::size_t n, std::size_t cols);

  /// Makes the bytes.
  /// @pre for bytes, cols is a multiple of 32
  void finish(ReadAs as, int threads);

  /// Writes the numbers [begin, end) of all n * cols.
  using Write = std::function<void(std::size_t begin, std::size_t end, float* to)>;

  /// Both in one, part after part; the floats are kept only where they are read.
  /// @pre as for finish()
  /// @param unit  parts begin at multiples of it: cols, or 32
  void fill(std::size_t n, std::size_t cols, ReadAs as, std::size_t unit, int threads, const Write& write);

  std::size_t n() const { return n_; }
  std::size_t cols() const { return cols_; }
  /// The floats, where they were to be kept.
  std::span<const float> values() const { return std::span(values_).first(n_ * cols_); }

 private:
  friend class Products;
  /// Makes the bytes of the numbers [begin, end) of all, whole blocks of 32, which are at `values`.
  void quantize(std::size_t begin, std::size_t end, const float* values);

  std::size_t n_ = 0;
  std::size_t cols_ = 0;
  AlignedVector<float> values_;
  AlignedVector<std::int8_t> quants_;
  AlignedVector<float> scales_;
  AlignedVector<float> sums16_;
  AlignedVector<float> sums32_;
  AlignedVector<std::int32_t> quant_sums16_;
  AlignedVector<std::int32_t> quant_sums32_;
};

/// Bytes that interleave() writes; 0 for weights of which products gain nothing from it, or that do not
/// divide into whole groups of rows: they stay as they are.
std::size_t interleaved_bytes(const Matrix& a);

/// Writes weights in the order in which this processor's products read them fastest; see
/// fast/interleaved.h. They are the same numbers, and sums of products differ in the last digits.
/// @param to  [interleaved_bytes(a)], aligned to 64 bytes
/// @return  a view of them, which only products of this namespace may read
Matrix interleave(const Matrix& a, std::byte* to, int threads);

/// One product of several that read the same activations: y[t] = a x[t].
struct Product {
  Matrix a;
  std::span<float> y;  // [n][a.rows]; overwritten
};

/// Rows of all matrices are divided among the threads together, so that they meet once.
/// @pre every matrix has x.cols() columns, and x is finished for its type
/// The result does not depend on the number of threads.
void matmul(std::initializer_list<Product> products, const Activations& x, int threads);

/// y[t] = x[t] / sqrt(mean of squares + epsilon) * weight
/// @param x, y  [n][weight.size()]; may be the same
void rms_norm(std::span<const float> x, std::span<const float> weight, float epsilon, std::span<float> y,
              int threads);

/// The same, to be multiplied next.
void rms_norm(std::span<const float> x, std::span<const float> weight, float epsilon, Activations& y,
              ReadAs as, int threads);

/// y = activation(gate) * up, to be multiplied next
/// @param gate, up  [n][cols]
void gated_activation(Activation activation, std::span<const float> gate, std::span<const float> up,
                      std::size_t cols, Activations& y, ReadAs as, int threads);

/// x += addition, of the same size
void add(std::span<float> x, std::span<const float> addition, int threads);

/// Rotation angles of the positions of a pass, for all heads of all layers that turn alike.
class RopeTable {
 public:
  /// @param n  positions from `first` on
  void prepare(const Rope& rope, std::size_t first, std::size_t n);
  /// Turns each head of x [n][heads][head_size] in place.
  void turn(std::span<float> x, std::size_t heads, std::size_t head_size, int threads) const;

 private:
  Rope rope_;
  std::size_t first_ = 0;
  std::size_t n_ = 0;
  std::vector<float> cosines_;  // [n][dimensions / 2]
  std::vector<float> sines_;
};

/// Numbers as a cache stores them.
/// @param to  kv_bytes(type, x.size()) bytes
/// @pre for kQ8_0, x.size() is a multiple of 32
void store_kv(KvType type, std::span<const float> x, std::byte* to);

/// Causal attention, as reference::attention.
void attention(const AttentionShape& shape, const AttentionSettings& settings, std::size_t first_position,
               std::span<const float> q, const KvRows& keys, const KvRows& values, std::span<float> out,
               int threads);

}  // namespace kernels::fast
