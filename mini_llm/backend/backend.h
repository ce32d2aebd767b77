#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "kernels/attention.h"
#include "kernels/gated_activation.h"
#include "kernels/matrix.h"
#include "kernels/rope.h"

namespace backend {

using kernels::Matrix;

/// What makes queries, keys and values of the hidden state x.
struct QkvProjection {
  std::span<const float> norm;             // [embedding]
  Matrix query;                            // [heads * head_size][embedding]
  Matrix key;                              // [kv_heads * head_size][embedding]
  Matrix value;                            // [kv_heads * head_size][embedding]
  std::span<const float> query_bias = {};  // [heads * head_size], or empty for none
  std::span<const float> key_bias = {};    // [kv_heads * head_size], or empty
  std::span<const float> value_bias = {};  // [kv_heads * head_size], or empty
  std::span<const float> query_norm = {};  // [head_size], or empty: an RMSNorm of each head, before it turns
  std::span<const float> key_norm = {};    // [head_size], or empty
  kernels::Rope rope;
};

/// A feed-forward part: down (activation(gate h) * (up h)), where h = rms_norm(x, norm).
struct FeedForward {
  std::span<const float> norm;  // [embedding]
  Matrix gate;                  // [feed_forward][embedding]
  Matrix up;                    // [feed_forward][embedding]
  Matrix down;                  // [embedding][feed_forward]
  kernels::Activation activation = kernels::Activation::kSilu;
  std::span<const float> post_norm = {};  // [embedding], or empty: an RMSNorm of what is added to x
};

/// The matrices of one of several feed-forward parts.
struct Expert {
  Matrix gate;  // [feed_forward][embedding]
  Matrix up;    // [feed_forward][embedding]
  Matrix down;  // [embedding][feed_forward]
};

/// Several feed-forward parts, of which each token uses the few that a router scores highest: the softmax of
/// the scores over the experts chosen is the weight of each one's result.
struct Experts {
  std::span<const float> norm;      // [embedding]
  Matrix router;                    // [experts][embedding]
  std::span<const Expert> experts;  // [experts]
  std::size_t used = 0;             // experts for a token; at most as many as there are
  kernels::Activation activation = kernels::Activation::kSilu;
};

/// What turns the hidden state into scores.
struct Output {
  std::span<const float> norm;  // [embedding]
  Matrix matrix;                // [vocabulary][embedding]
  float softcap = 0.0f;         // above 0: logits = softcap * tanh(logits / softcap)
};

/// Computes a transformer on some device, one step of a block at a time.
///
/// A backend keeps what a pass works on: the hidden state x [n][embedding] of the n tokens it runs, the
/// queries and attention results in between, and for every layer the cache of keys and values of all
/// positions so far. Steps are called in the order in which model::forward_* calls them; each may fuse
/// whatever it likes inside.
///
/// A pass at position p overwrites the cache from p on. To go back to an earlier position, just pass it:
/// nothing behind it is read.
class Backend {
 public:
  virtual ~Backend() = default;

  /// As in `--backend`.
  virtual std::string_view name() const = 0;

  /// What of it a user may want to know: "avx2, keys and values in f16".
  virtual std::string details() const = 0;

  /// Tokens that one pass may have.
  virtual std::size_t batch_size() const = 0;
  /// Positions that the cache has room for.
  virtual std::size_t context_size() const = 0;

  /// Bytes of keys and values that all layers keep of one position.
  virtual double position_bytes() const = 0;

  /// Begins a pass: x[t] = scale * table row tokens[t].
  /// @param table  [vocabulary][embedding]
  /// @param tokens  [n], valid rows of the table; 1 <= n <= batch_size()
  /// @param position  of the first token; position + n <= context_size()
  virtual void embed(const Matrix& table, std::span<const std::int32_t> tokens, std::size_t position,
                     float scale = 1.0f) = 0;

  /// q, k, v = projections of rms_norm(x, norm); rope turns q and k; k and v go into the layer's cache.
  virtual void project_qkv(std::size_t layer, const QkvProjection& qkv) = 0;

  /// a [n][heads][head_size] = causal attention of q to the layer's cache.
  virtual void attention(std::size_t layer, const kernels::AttentionSettings& settings) = 0;

  /// x += output a, or x += rms_norm(output a, post_norm)
  /// @param output  [embedding][heads * head_size]
  /// @param post_norm  [embedding], or empty for none
  virtual void add_projection(const Matrix& output, std::span<const float> post_norm = {}) = 0;

  /// x += the feed-forward part of x
  virtual void add_feed_forward(const FeedForward& part) = 0;

  /// x += for each token, the weighted results of the experts that its router chooses
  virtual void add_experts(const Experts& experts) = 0;

  /// Ends a pass: logits of the last logits.size() / output.matrix.rows tokens.
  /// @param logits  [rows][vocabulary]; overwritten; rows from 0 to n
  virtual void logits(const Output& output, std::span<float> logits) = 0;
};

}  // namespace backend
