#pragma once

#include <vector>

#include "backend/backend.h"
#include "backend/stored_kv_cache.h"
#include "kernels/fast.h"
#include "model/config.h"

namespace backend {

/// The fast one: vector instructions, threads, and activations of 8 bits where weights are quantized. It
/// takes weights as a file has them, and as CpuWeights rearranges them, which is faster.
///
/// What it computes is the same for any number of threads. Another division into batches changes the last
/// digits, since a prompt and a single token are multiplied in different orders.
class CpuBackend : public Backend {
 public:
  struct Options {
    std::size_t context_size = 0;  // positions in the cache
    std::size_t batch_size = 0;    // tokens in a pass
    int threads = 1;
    kernels::KvType kv_type = kernels::KvType::kF16;
  };

  /// @pre with KvType::kQ8_0, config.head_size is a multiple of 32
  CpuBackend(const model::Config& config, const Options& options);

  /// What the constructor allocates; see StoredKvCache::bytes for why it is a double.
  static double memory_bytes(const model::Config& config, const Options& options);

  std::string_view name() const override { return "cpu"; }
  std::string details() const override;
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
  std::span<float> rows(kernels::AlignedVector<float>& buffer, std::size_t row) const;
  /// The activations become rms_norm(the last `count` rows of x, norm).
  void normalize(std::span<const float> norm, std::size_t count, kernels::fast::ReadAs as);
  /// y = down (activation(gate a) * (up a)), where a are the activations; overwrites them
  void feed_forward(kernels::Activation activation, const Matrix& gate, const Matrix& up, const Matrix& down,
                    std::span<float> y);
  /// x += addition, or x += rms_norm(addition, post_norm); overwrites the addition
  void add_to_hidden(std::span<float> addition, std::span<const float> post_norm);

  kernels::AttentionShape shape_;
  std::size_t embedding_;
  float norm_epsilon_;
  Options options_;
  double position_bytes_;

  std::size_t n_ = 0;         // tokens of this pass
  std::size_t position_ = 0;  // of the first of them

  StoredKvCache cache_;
  kernels::fast::RopeTable rope_;
  kernels::fast::Activations activations_;  // what the next matrices multiply
  kernels::AlignedVector<float> hidden_;    // x [batch_size][embedding]
  kernels::AlignedVector<float> addition_;  // what is added to x [batch_size][embedding]
  kernels::AlignedVector<float> query_;     // q [batch_size][heads][head_size]
  kernels::AlignedVector<float> key_;       // k [batch_size][kv_heads][head_size]
  kernels::AlignedVector<float> value_;     // v [batch_size][kv_heads][head_size]
  kernels::AlignedVector<float> gate_;      // [batch_size][feed_forward]
  kernels::AlignedVector<float> up_;        // [batch_size][feed_forward]
};

}  // namespace backend
