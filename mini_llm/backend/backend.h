#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/matrix.h"
#include "kernels/rope.h"

namespace backend {

using kernels::Matrix;

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

  /// Tokens that one pass may have.
  virtual std::size_t batch_size() const = 0;
  /// Positions that the cache has room for.
  virtual std::size_t context_size() const = 0;

  /// Begins a pass: x[t] = table row tokens[t].
  /// @param table  [vocabulary][embedding]
  /// @param tokens  [n], valid rows of the table; 1 <= n <= batch_size()
  /// @param position  of the first token; position + n <= context_size()
  virtual void embed(const Matrix& table, std::span<const std::int32_t> tokens, std::size_t position) = 0;

  /// q, k, v = projections of rms_norm(x, norm); rope turns q and k; k and v go into the layer's cache.
  /// @param query  [heads * head_size][embedding]
  /// @param key, value  [kv_heads * head_size][embedding]
  virtual void project_qkv(std::size_t layer, std::span<const float> norm, const Matrix& query,
                           const Matrix& key, const Matrix& value, const kernels::Rope& rope) = 0;

  /// a [n][heads][head_size] = causal attention of q to the layer's cache.
  virtual void attention(std::size_t layer) = 0;

  /// x += output a
  /// @param output  [embedding][heads * head_size]
  virtual void add_projection(const Matrix& output) = 0;

  /// x += down (silu(gate h) * (up h)), where h = rms_norm(x, norm)
  /// @param gate, up  [feed_forward][embedding]
  /// @param down  [embedding][feed_forward]
  virtual void add_feed_forward(std::span<const float> norm, const Matrix& gate, const Matrix& up,
                                const Matrix& down) = 0;

  /// Ends a pass: logits of the last logits.size() / output.rows tokens.
  /// @param output  [vocabulary][embedding]
  /// @param logits  [rows][vocabulary]; overwritten; rows from 0 to n
  virtual void logits(std::span<const float> norm, const Matrix& output, std::span<float> logits) = 0;
};

}  // namespace backend
