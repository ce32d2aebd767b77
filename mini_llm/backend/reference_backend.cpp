#include "backend/reference_backend.h"

#include <cmath>

#include "kernels/choose_experts.h"
#include "kernels/dequantize.h"
#include "kernels/gated_activation.h"
#include "kernels/matmul.h"
#include "kernels/rms_norm.h"

namespace backend {

using namespace kernels::reference;

ReferenceBackend::ReferenceBackend(const model::Config& config, const Options& options)
    : shape_{config.heads, config.kv_heads, config.head_size},
      embedding_(config.embedding),
      feed_forward_(config.feed_forward),
      norm_epsilon_(config.norm_epsilon),
      options_(options),
      position_bytes_(KvCache::bytes(config.layers, 1, config.kv_size())),
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

void ReferenceBackend::add_to_hidden(std::span<float> addition, std::span<const float> post_norm) {
  if (!post_norm.empty()) rms_norm(addition, post_norm, norm_epsilon_, addition);
  for (std::size_t i = 0; i < addition.size(); ++i) hidden_[i] += addition[i];
}

void ReferenceBackend::embed(const Matrix& table, std::span<const std::int32_t> tokens, std::size_t position,
                             float scale) {
  n_ = tokens.size();
  position_ = position;
  for (std::size_t t = 0; t < n_; ++t) {
    const auto row = static_cast<std::size_t>(tokens[t]);
    const std::span<float> x = std::span(hidden_).subspan(t * embedding_, embedding_);
    dequantize(table.type, table.row(row), x);
    for (float& number : x) number *= scale;
  }
}

void ReferenceBackend::project_qkv(std::size_t layer, const QkvProjection& qkv) {
  const std::span<float> h = rows(normalized_, embedding_);
  rms_norm(rows(hidden_, embedding_), qkv.norm, norm_epsilon_, h);

  const auto project = [&](const Matrix& matrix, std::span<const float> bias, std::span<float> y) {
    matmul(matrix, h, y, options_.threads);
    for (std::size_t i = 0; !bias.empty() && i < y.size(); ++i) y[i] += bias[i % matrix.rows];
  };
  const std::span<float> q = rows(query_, qkv.query.rows);
  const std::span<float> k = cache_.keys(layer, position_, n_);
  const std::span<float> v = cache_.values(layer, position_, n_);
  project(qkv.query, qkv.query_bias, q);
  project(qkv.key, qkv.key_bias, k);
  project(qkv.value, qkv.value_bias, v);

  if (!qkv.query_norm.empty()) rms_norm(q, qkv.query_norm, norm_epsilon_, q);
  if (!qkv.key_norm.empty()) rms_norm(k, qkv.key_norm, norm_epsilon_, k);
  rope(q, shape_.heads, shape_.head_size, position_, qkv.rope);
  rope(k, shape_.kv_heads, shape_.head_size, position_, qkv.rope);
}

void ReferenceBackend::attention(std::size_t layer, const kernels::AttentionSettings& settings) {
  const std::size_t row = shape_.heads * shape_.head_size;
  kernels::reference::attention(
      shape_, settings, position_, rows(query_, row), cache_.keys(layer, 0, position_ + n_),
      cache_.values(layer, 0, position_ + n_), rows(attended_, row), options_.threads);
}

void ReferenceBackend::add_projection(const Matrix& output, std::span<const float> post_norm) {
  const std::span<float> addition = rows(normalized_, embedding_);
  matmul(output, rows(attended_, output.cols), addition, options_.threads);
  add_to_hidden(addition, post_norm);
}

void ReferenceBackend::feed_forward(kernels::Activation activation, const Matrix& gate, const Matrix& up,
                                    const Matrix& down, std::span<const float> h, std::span<float> y) {
  const std::size_t n = h.size() / gate.cols;
  const std::span<float> g = std::span(gate_).first(n * gate.rows);
  const std::span<float> u = std::span(up_).first(n * up.rows);
  matmul(gate, h, g, options_.threads);
  matmul(up, h, u, options_.threads);
  gated_activation(activation, g, u, g);
  matmul(down, g, y, options_.threads);
}

void ReferenceBackend::add_feed_forward(const FeedForward& part) {
  const std::span<float> h = rows(normalized_, embedding_);
  rms_norm(rows(hidden_, embedding_), part.norm, norm_epsilon_, h);
  feed_forward(part.activation, part.gate, part.up, part.down, h, h);
  add_to_hidden(h, part.post_norm);
}

void ReferenceBackend::add_experts(const Experts& experts) {
  const std::size_t count = experts.experts.size();
  const std::span<float> h = rows(normalized_, embedding_);
  rms_norm(rows(hidden_, embedding_), experts.norm, norm_epsilon_, h);
  std::vector<float> scores(n_ * count);
  matmul(experts.router, h, scores, options_.threads);

  std::vector<float> result(embedding_);
  for (std::size_t t = 0; t < n_; ++t) {
    const std::vector<kernels::ExpertChoice> choices =
        choose_experts(std::span(scores).subspan(t * count, count), experts.used);
    for (const kernels::ExpertChoice& choice : choices) {
      const auto& [gate, up, down] = experts.experts[choice.expert];
      feed_forward(experts.activation, gate, up, down, h.subspan(t * embedding_, embedding_), result);
      for (std::size_t i = 0; i < embedding_; ++i) hidden_[t * embedding_ + i] += choice.weight * result[i];
    }
  }
}

void ReferenceBackend::logits(const Output& output, std::span<float> logits) {
  if (logits.empty()) return;
  const std::size_t count = logits.size() / output.matrix.rows * embedding_;
  const std::span<float> h = rows(normalized_, embedding_).last(count);
  rms_norm(rows(hidden_, embedding_).last(count), output.norm, norm_epsilon_, h);
  matmul(output.matrix, h, logits, options_.threads);
  if (output.softcap > 0.0f) {
    for (float& logit : logits) logit = output.softcap * std::tanh(logit / output.softcap);
  }
}

}  // namespace backend
