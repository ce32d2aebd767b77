#include "backend/reference_backend.h"

#include "kernels/dequantize.h"
#include "kernels/matmul.h"
#include "kernels/rms_norm.h"
#include "kernels/swiglu.h"

namespace backend {

using namespace kernels::reference;

ReferenceBackend::ReferenceBackend(const model::Config& config, const Options& options)
    : shape_{config.heads, config.kv_heads, config.head_size},
      embedding_(config.embedding),
      feed_forward_(config.feed_forward),
      norm_epsilon_(config.norm_epsilon),
      options_(options),
      cache_(config.layers, options.context_size, config.kv_size()),
      hidden_(options.batch_size * config.embedding),
      normalized_(options.batch_size * config.embedding),
      query_(options.batch_size * config.query_size()),
      attended_(options.batch_size * config.query_size()),
      gate_(options.batch_size * config.feed_forward),
      up_(options.batch_size * config.feed_forward) {}

double ReferenceBackend::memory_bytes(const model::Config& config, const Options& options) {
  const std::size_t floats_per_token =
      2 * config.embedding + 2 * config.query_size() + 2 * config.feed_forward;
  return KvCache::bytes(config.layers, options.context_size, config.kv_size()) +
         static_cast<double>(options.batch_size) * static_cast<double>(floats_per_token) * sizeof(float);
}

std::span<float> ReferenceBackend::rows(std::vector<float>& buffer, std::size_t row) const {
  return std::span(buffer).first(n_ * row);
}

void ReferenceBackend::add_to_hidden(std::span<const float> addition) {
  for (std::size_t i = 0; i < addition.size(); ++i) hidden_[i] += addition[i];
}

void ReferenceBackend::embed(const Matrix& table, std::span<const std::int32_t> tokens,
                             std::size_t position) {
  n_ = tokens.size();
  position_ = position;
  for (std::size_t t = 0; t < n_; ++t) {
    const auto row = static_cast<std::size_t>(tokens[t]);
    dequantize(table.type, table.row(row), std::span(hidden_).subspan(t * embedding_, embedding_));
  }
}

void ReferenceBackend::project_qkv(std::size_t layer, std::span<const float> norm, const Matrix& query,
                                   const Matrix& key, const Matrix& value,
                                   const kernels::Rope& rope_settings) {
  const std::span<float> h = rows(normalized_, embedding_);
  const std::span<float> q = rows(query_, query.rows);
  const std::span<float> k = cache_.keys(layer, position_, n_);
  const std::span<float> v = cache_.values(layer, position_, n_);
  rms_norm(rows(hidden_, embedding_), norm, norm_epsilon_, h);
  matmul(query, h, q, options_.threads);
  matmul(key, h, k, options_.threads);
  matmul(value, h, v, options_.threads);
  rope(q, shape_.heads, shape_.head_size, position_, rope_settings);
  rope(k, shape_.kv_heads, shape_.head_size, position_, rope_settings);
}

void ReferenceBackend::attention(std::size_t layer) {
  const std::size_t row = shape_.heads * shape_.head_size;
  kernels::reference::attention(shape_, position_, rows(query_, row), cache_.keys(layer, 0, position_ + n_),
                                cache_.values(layer, 0, position_ + n_), rows(attended_, row),
                                options_.threads);
}

void ReferenceBackend::add_projection(const Matrix& output) {
  const std::span<float> addition = rows(normalized_, embedding_);
  matmul(output, rows(attended_, output.cols), addition, options_.threads);
  add_to_hidden(addition);
}

void ReferenceBackend::add_feed_forward(std::span<const float> norm, const Matrix& gate, const Matrix& up,
                                        const Matrix& down) {
  const std::span<float> h = rows(normalized_, embedding_);
  const std::span<float> g = rows(gate_, feed_forward_);
  const std::span<float> u = rows(up_, feed_forward_);
  rms_norm(rows(hidden_, embedding_), norm, norm_epsilon_, h);
  matmul(gate, h, g, options_.threads);
  matmul(up, h, u, options_.threads);
  swiglu(g, u, g);
  matmul(down, g, h, options_.threads);
  add_to_hidden(h);
}

void ReferenceBackend::logits(std::span<const float> norm, const Matrix& output, std::span<float> logits) {
  if (logits.empty()) return;
  const std::size_t count = logits.size() / output.rows * embedding_;
  const std::span<float> h = rows(normalized_, embedding_).last(count);
  rms_norm(rows(hidden_, embedding_).last(count), norm, norm_epsilon_, h);
  matmul(output, h, logits, options_.threads);
}

}  // namespace backend
