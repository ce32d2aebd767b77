#pragma once

#include <vector>

#include "backend/backend.h"
#include "backend/kv_cache.h"
#include "kernels/attention.h"
#include "model/config.h"

namespace backend {

/// The judge: weights dequantized, activations in float, sums in double, plain loops over kernels::reference.
/// Rows are divided among threads; results are the same for any number of them, and for any division into
/// batches.
class ReferenceBackend : public Backend {
 public:
  struct Options {
    std::size_t context_size = 0;  // positions in the cache
    std::size_t batch_size = 0;    // tokens in a pass
    int threads = 1;
  };

  ReferenceBackend(const model::Config& config, const Options& options);

  /// What the constructor allocates; see KvCache::bytes for why it is a double.
  static double memory_bytes(const model::Config& config, const Options& options);

  std::string_view name() const override { return "reference"; }
  std::string details() const override { return "plain loops, keys and values in f32"; }
  std::size_t batch_size() const override { return options_.batch_size; }
  std::size_t context_size() const override { return options_.context_size; }

  double position_bytes() const override { return position_bytes_; }

  void embed(const Matrix& table, std::span<const std::int32_t> tokens, std::size_t position,
             float scale) override;
  void project_qkv(std::size_t layer, const QkvProjection& qkv) override;
  void attention(std::size_t layer, const kernels::AttentionSettings& settings) override;
  void add_projection(const Matrix& output, std::span<const float> post_norm) override;
  void add_feed_forward(const FeedForward& part) override;
  void add_experts(const Experts& experts) override;
  void logits(const Output& output, std::span<float> logits) override;

 private:
  /// The rows of this pass in a buffer of [batch_size][row] floats.
  std::span<float> rows(std::vector<float>& buffer, std::size_t row) const;
  /// x += addition, or x += rms_norm(addition, post_norm); overwrites the addition
  void add_to_hidden(std::span<float> addition, std::span<const float> post_norm);
  /// y = down (activation(gate h) * (up h))
  void feed_forward(kernels::Activation activation, const Matrix& gate, const Matrix& up, const Matrix& down,
                    std::span<const float> h, std::span<float> y);

  kernels::AttentionShape shape_;
  std::size_t embedding_;
  std::size_t feed_forward_;
  float norm_epsilon_;
  Options options_;
  double position_bytes_;

  std::size_t n_ = 0;         // tokens of this pass
  std::size_t position_ = 0;  // of the first of them

  KvCache cache_;
  std::vector<float> hidden_;      // x [batch_size][embedding]
  std::vector<float> normalized_;  // h [batch_size][embedding], also what is added to x
  std::vector<float> query_;       // q [batch_size][heads][head_size]
  std::vector<float> attended_;    // a [batch_size][heads][head_size]
  std::vector<float> gate_;        // [batch_size][feed_forward]
  std::vector<float> up_;          // [batch_size][feed_forward]
};

}  // namespace backend
