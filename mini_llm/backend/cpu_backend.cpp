#include "backend/cpu_backend.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernels/choose_experts.h"
#include "kernels/dequantize.h"

namespace backend {

namespace fast = kernels::fast;

namespace {

std::size_t widest_row(const model::Config& config) {
  return std::max({config.embedding, config.query_size(), config.feed_forward});
}

std::string_view name_of(kernels::KvType type) {
  switch (type) {
    case kernels::KvType::kF32:
      return "f32";
    case kernels::KvType::kF16:
      return "f16";
    case kernels::KvType::kQ8_0:
      return "q8_0";
  }
  return "";
}

void add_bias(std::span<const float> bias, std::span<float> rows) {
  for (std::size_t t = 0; !bias.empty() && t < rows.size(); t += bias.size()) {
    for (std::size_t i = 0; i < bias.size(); ++i) rows[t + i] += bias[i];
  }
}

}  // namespace

CpuBackend::CpuBackend(const model::Config& config, const Options& options)
    : shape_{config.heads, config.kv_heads, config.head_size},
      embedding_(config.embedding),
      norm_epsilon_(config.norm_epsilon),
      options_(options),
      position_bytes_(StoredKvCache::bytes(options.kv_type, config.layers, 1, config.kv_size())),
      cache_(options.kv_type, config.layers, options.context_size, config.kv_heads, config.head_size),
      activations_(options.batch_size * widest_row(config)),
      hidden_(options.batch_size * config.embedding),
      addition_(options.batch_size * config.embedding),
      query_(options.batch_size * config.query_size()),
      key_(options.batch_size * config.kv_size()),
      value_(options.batch_size * config.kv_size()),
      gate_(options.batch_size * config.feed_forward),
      up_(options.batch_size * config.feed_forward) {}

double CpuBackend::memory_bytes(const model::Config& config, const Options& options) {
  const std::size_t floats_per_token =
      2 * config.embedding + config.query_size() + 2 * config.kv_size() + 2 * config.feed_forward;
  const std::size_t bytes_per_token =
      floats_per_token * sizeof(float) + fast::Activations::memory_bytes(widest_row(config));
  return StoredKvCache::bytes(options.kv_type, config.layers, options.context_size, config.kv_size()) +
         static_cast<double>(options.batch_size) * static_cast<double>(bytes_per_token);
}

std::string CpuBackend::details() const {
  return fmt::format("{}, keys and values in {}", fast::instruction_set(), name_of(options_.kv_type));
}

std::span<float> CpuBackend::rows(kernels::AlignedVector<float>& buffer, std::size_t row) const {
  return std::span(buffer).first(n_ * row);
}

void CpuBackend::normalize(std::span<const float> norm, std::size_t count, fast::ReadAs as) {
  const std::span<const float> x = rows(hidden_, embedding_).last(count * embedding_);
  fast::rms_norm(x, norm, norm_epsilon_, activations_, as, options_.threads);
}

void CpuBackend::add_to_hidden(std::span<float> addition, std::span<const float> post_norm) {
  if (!post_norm.empty()) fast::rms_norm(addition, post_norm, norm_epsilon_, addition, options_.threads);
  fast::add(rows(hidden_, embedding_).first(addition.size()), addition, options_.threads);
}

void CpuBackend::embed(const Matrix& table, std::span<const std::int32_t> tokens, std::size_t position,
                       float scale) {
  n_ = tokens.size();
  position_ = position;
  for (std::size_t t = 0; t < n_; ++t) {
    const auto row = static_cast<std::size_t>(tokens[t]);
    const std::span<float> x = std::span(hidden_).subspan(t * embedding_, embedding_);
    kernels::reference::dequantize(table.type, table.row(row), x);
    for (float& number : x) number *= scale;
  }
}

void CpuBackend::project_qkv(std::size_t layer, const QkvProjection& qkv) {
  const std::span<float> q = rows(query_, qkv.query.rows);
  const std::span<float> k = rows(key_, qkv.key.rows);
  const std::span<float> v = rows(value_, qkv.value.rows);
  normalize(qkv.norm, n_, fast::read_as({&qkv.query, &qkv.key, &qkv.value}));
  fast::matmul({{qkv.query, q}, {qkv.key, k}, {qkv.value, v}}, activations_, options_.threads);
  add_bias(qkv.query_bias, q);
  add_bias(qkv.key_bias, k);
  add_bias(qkv.value_bias, v);

  if (!qkv.query_norm.empty()) fast::rms_norm(q, qkv.query_norm, norm_epsilon_, q, options_.threads);
  if (!qkv.key_norm.empty()) fast::rms_norm(k, qkv.key_norm, norm_epsilon_, k, options_.threads);
  rope_.prepare(qkv.rope, position_, n_);
  rope_.turn(q, shape_.heads, shape_.head_size, options_.threads);
  rope_.turn(k, shape_.kv_heads, shape_.head_size, options_.threads);
  cache_.store_keys(layer, position_, k);
  cache_.store_values(layer, position_, v);
}

void CpuBackend::attention(std::size_t layer, const kernels::AttentionSettings& settings) {
  const std::size_t row = shape_.heads * shape_.head_size;
  fast::attention(shape_, settings, position_, rows(query_, row), cache_.keys(layer), cache_.values(layer),
                  activations_.begin(n_, row), options_.threads);
}

void CpuBackend::add_projection(const Matrix& output, std::span<const float> post_norm) {
  const std::span<float> addition = rows(addition_, embedding_);
  activations_.finish(fast::read_as({&output}), options_.threads);
  fast::matmul({{output, addition}}, activations_, options_.threads);
  add_to_hidden(addition, post_norm);
}

void CpuBackend::feed_forward(kernels::Activation activation, const Matrix& gate, const Matrix& up,
                              const Matrix& down, std::span<float> y) {
  const std::size_t n = activations_.n();
  const std::span<float> g = std::span(gate_).first(n * gate.rows);
  const std::span<float> u = std::span(up_).first(n * up.rows);
  fast::matmul({{gate, g}, {up, u}}, activations_, options_.threads);
  fast::gated_activation(activation, g, u, gate.rows, activations_, fast::read_as({&down}), options_.threads);
  fast::matmul({{down, y}}, activations_, options_.threads);
}

void CpuBackend::add_feed_forward(const FeedForward& part) {
  const std::span<float> addition = rows(addition_, embedding_);
  normalize(part.norm, n_, fast::read_as({&part.gate, &part.up}));
  feed_forward(part.activation, part.gate, part.up, part.down, addition);
  add_to_hidden(addition, part.post_norm);
}

void CpuBackend::add_experts(const Experts& experts) {
  struct Use {
    std::size_t token;
    float weight;
  };
  const std::size_t count = experts.experts.size();
  std::vector<float> scores(n_ * count);
  fast::ReadAs as = fast::read_as({&experts.router});
  as.floats = true;  // they are needed again, for each expert
  normalize(experts.norm, n_, as);
  fast::matmul({{experts.router, scores}}, activations_, options_.threads);
  const std::vector<float> normalized(activations_.values().begin(), activations_.values().end());

  std::vector<std::vector<Use>> uses(
      count);  // by expert: each one's weights are read once for all its tokens
  for (std::size_t t = 0; t < n_; ++t) {
    const std::span<const float> token_scores = std::span(scores).subspan(t * count, count);
    for (const auto& choice : kernels::reference::choose_experts(token_scores, experts.used)) {
      uses[choice.expert].push_back({t, choice.weight});
    }
  }
  for (std::size_t expert = 0; expert < count; ++expert) {
    const std::vector<Use>& tokens = uses[expert];
    if (tokens.empty()) continue;
    const auto& [gate, up, down] = experts.experts[expert];
    const std::span<float> chosen = activations_.begin(tokens.size(), embedding_);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      std::copy_n(&normalized[tokens[i].token * embedding_], embedding_, &chosen[i * embedding_]);
    }
    activations_.finish(fast::read_as({&gate, &up}), options_.threads);
    const std::span<float> result = std::span(addition_).first(tokens.size() * embedding_);
    feed_forward(experts.activation, gate, up, down, result);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      float* const x = &hidden_[tokens[i].token * embedding_];
      for (std::size_t j = 0; j < embedding_; ++j) x[j] += tokens[i].weight * result[i * embedding_ + j];
    }
  }
}

void CpuBackend::logits(const Output& output, std::span<float> logits) {
  if (logits.empty()) return;
  normalize(output.norm, logits.size() / output.matrix.rows, fast::read_as({&output.matrix}));
  fast::matmul({{output.matrix, logits}}, activations_, options_.threads);
  if (output.softcap > 0.0f) {
    for (float& logit : logits) logit = output.softcap * std::tanh(logit / output.softcap);
  }
}

}  // namespace backend
