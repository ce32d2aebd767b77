#include "plain_forward.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <numbers>
#include <stdexcept>
#include <string>

#include "support/plain_weight.h"

namespace {

using Vector = std::vector<double>;

/// Element i of a tensor, counted from its beginning.
double element(const gguf::TensorInfo& tensor, std::uint64_t i) {
  return plain_weight(tensor.type, tensor.data.data(), i);
}

const gguf::TensorInfo& tensor(const gguf::File& file, std::string_view name) {
  const gguf::TensorInfo* found = file.find_tensor(fmt::format("{}.weight", name));
  if (found == nullptr) throw std::runtime_error(fmt::format("plain_forward: no tensor {}", name));
  return *found;
}

/// @param part  of a tensor of three dimensions, which matrix
Vector multiply(const gguf::TensorInfo& matrix, const Vector& x, std::uint64_t part = 0) {
  Vector y(matrix.dimensions[1]);
  for (std::size_t row = 0; row < y.size(); ++row) {
    const std::uint64_t first = (part * y.size() + row) * x.size();
    for (std::size_t col = 0; col < x.size(); ++col) y[row] += element(matrix, first + col) * x[col];
  }
  return y;
}

void add(Vector& x, const Vector& addition, double factor = 1.0) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += factor * addition[i];
}

/// Each stretch of x that is as long as the weight.
Vector normalize(const Vector& x, const gguf::TensorInfo& weight, double epsilon) {
  const std::size_t size = weight.dimensions[0];
  Vector y(x.size());
  for (std::size_t begin = 0; begin < x.size(); begin += size) {
    double squares = 0;
    for (std::size_t i = 0; i < size; ++i) squares += x[begin + i] * x[begin + i];
    for (std::size_t i = 0; i < size; ++i) {
      y[begin + i] =
          x[begin + i] / std::sqrt(squares / static_cast<double>(size) + epsilon) * element(weight, i);
    }
  }
  return y;
}

double capped(double score, double cap) { return cap > 0 ? cap * std::tanh(score / cap) : score; }

/// What the tensors of a file mean together.
class PlainModel {
 public:
  explicit PlainModel(const gguf::File& file)
      : file_(file),
        architecture_(file.get_string("general.architecture")),
        heads_(number("attention.head_count")),
        kv_heads_(number("attention.head_count_kv")),
        embedding_(number("embedding_length")),
        head_size_(file.find_uint(key("attention.key_length")).value_or(embedding_ / heads_)),
        layers_(number("block_count")),
        epsilon_(file.get_float(key("attention.layer_norm_rms_epsilon"))),
        gemma_(architecture_ == "gemma2") {}

  std::vector<double> logits(std::span<const std::int32_t> tokens) const {
    const gguf::TensorInfo& table = tensor(file_, "token_embd");
    std::vector<Vector> x;  // [tokens][embedding]
    for (const std::int32_t token : tokens) {
      Vector row(embedding_);
      for (std::size_t i = 0; i < embedding_; ++i) {
        row[i] = element(table, static_cast<std::uint64_t>(token) * embedding_ + i);
        if (gemma_) row[i] *= std::sqrt(static_cast<double>(embedding_));
      }
      x.push_back(row);
    }
    for (std::size_t layer = 0; layer < layers_; ++layer) {
      attend(layer, x);
      for (Vector& row : x) feed_forward(layer, row);
    }

    const bool tied = file_.find_tensor("output.weight") == nullptr;
    const double cap = gemma_ ? file_.find_float(key("final_logit_softcapping")).value_or(30) : 0;
    std::vector<double> logits;
    for (const Vector& row : x) {
      const Vector h = normalize(row, tensor(file_, "output_norm"), epsilon_);
      for (const double score : multiply(tied ? table : tensor(file_, "output"), h)) {
        logits.push_back(capped(score, cap));
      }
    }
    return logits;
  }

 private:
  std::string key(const char* rest) const { return architecture_ + "." + rest; }
  std::size_t number(const char* rest) const { return file_.get_uint(key(rest)); }
  const gguf::TensorInfo& weight(std::size_t layer, const char* part) const {
    return tensor(file_, fmt::format("blk.{}.{}", layer, part));
  }

  /// A head's numbers as complex ones, each multiplied by e^(i angle).
  void rotate(Vector& x, double position) const {
    const gguf::TensorInfo* factors = file_.find_tensor("rope_freqs.weight");
    const double base = file_.get_float(key("rope.freq_base"));
    const std::size_t pairs = head_size_ / 2;
    for (std::size_t head = 0; head < x.size(); head += head_size_) {
      for (std::size_t pair = 0; pair < pairs; ++pair) {
        double& real = x[head + (architecture_ == "llama" ? 2 * pair : pair)];
        double& imaginary = x[head + (architecture_ == "llama" ? 2 * pair + 1 : pair + pairs)];
        const double power = static_cast<double>(pair) / static_cast<double>(pairs);
        const double factor = factors == nullptr ? 1.0 : element(*factors, pair);
        const std::complex<double> turned = std::complex<double>(real, imaginary) *
                                            std::polar(1.0, position / std::pow(base, power) / factor);
        real = turned.real();
        imaginary = turned.imag();
      }
    }
  }

  Vector project(std::size_t layer, const std::string& what, const Vector& h) const {
    Vector y = multiply(weight(layer, what.c_str()), h);
    if (architecture_ == "qwen2") {
      const gguf::TensorInfo* bias = file_.find_tensor(fmt::format("blk.{}.{}.bias", layer, what));
      for (std::size_t i = 0; i < y.size(); ++i) y[i] += element(*bias, i);
    }
    return y;
  }

  void attend(std::size_t layer, std::vector<Vector>& x) const {
    std::vector<Vector> q, k, v;
    for (std::size_t t = 0; t < x.size(); ++t) {
      const Vector h = normalize(x[t], weight(layer, "attn_norm"), epsilon_);
      q.push_back(project(layer, "attn_q", h));
      k.push_back(project(layer, "attn_k", h));
      v.push_back(project(layer, "attn_v", h));
      if (architecture_ == "qwen3") {
        q[t] = normalize(q[t], weight(layer, "attn_q_norm"), epsilon_);
        k[t] = normalize(k[t], weight(layer, "attn_k_norm"), epsilon_);
      }
      rotate(q[t], static_cast<double>(t));
      rotate(k[t], static_cast<double>(t));
    }

    const bool is_27b = gemma_ && layers_ == 46;
    const double divisor = std::sqrt(static_cast<double>(is_27b ? embedding_ / heads_ : head_size_));
    const double cap = gemma_ ? file_.find_float(key("attn_logit_softcapping")).value_or(50) : 0;
    const bool windowed = gemma_ && layer % 2 == 0;
    const std::size_t window = file_.find_uint(key("attention.sliding_window")).value_or(4096);
    for (std::size_t t = 0; t < x.size(); ++t) {
      Vector attended(heads_ * head_size_);
      for (std::size_t head = 0; head < heads_; ++head) {
        const std::size_t kv = head / (heads_ / kv_heads_) * head_size_;
        Vector weights;
        double total = 0;
        for (std::size_t p = 0; p <= t; ++p) {
          double score = 0;
          for (std::size_t i = 0; i < head_size_; ++i) score += q[t][head * head_size_ + i] * k[p][kv + i];
          const bool seen = !windowed || t - p < window;
          weights.push_back(seen ? std::exp(capped(score / divisor, cap)) : 0.0);
          total += weights.back();
        }
        for (std::size_t p = 0; p <= t; ++p) {
          for (std::size_t i = 0; i < head_size_; ++i) {
            attended[head * head_size_ + i] += weights[p] / total * v[p][kv + i];
          }
        }
      }
      Vector addition = multiply(weight(layer, "attn_output"), attended);
      if (gemma_) addition = normalize(addition, weight(layer, "post_attention_norm"), epsilon_);
      add(x[t], addition);
    }
  }

  /// @param suffix, part  which of several feed-forward parts
  Vector gated(std::size_t layer, const Vector& h, const std::string& suffix = "",
               std::uint64_t part = 0) const {
    Vector gate = multiply(weight(layer, ("ffn_gate" + suffix).c_str()), h, part);
    const Vector up = multiply(weight(layer, ("ffn_up" + suffix).c_str()), h, part);
    for (std::size_t i = 0; i < gate.size(); ++i) {
      const double x = gate[i];
      const double silu = x / (1 + std::exp(-x));
      const double gelu =
          x / (1 + std::exp(-2 * std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
      gate[i] = (gemma_ ? gelu : silu) * up[i];
    }
    return multiply(weight(layer, ("ffn_down" + suffix).c_str()), gate, part);
  }

  void feed_forward(std::size_t layer, Vector& x) const {
    const Vector h = normalize(x, weight(layer, "ffn_norm"), epsilon_);
    if (file_.find_uint(key("expert_count")).value_or(0) > 0) return add_experts(layer, h, x);
    const Vector addition = gated(layer, h);
    add(x, gemma_ ? normalize(addition, weight(layer, "post_ffw_norm"), epsilon_) : addition);
  }

  /// The softmax over all experts, of which the largest few are kept and made to sum to one again.
  void add_experts(std::size_t layer, const Vector& h, Vector& x) const {
    Vector probability = multiply(weight(layer, "ffn_gate_inp"), h);
    for (double& p : probability) p = std::exp(p);
    std::vector<std::size_t> chosen;
    double total = 0;
    while (chosen.size() < number("expert_used_count")) {
      std::size_t best = probability.size();
      for (std::size_t i = 0; i < probability.size(); ++i) {
        const bool taken = std::find(chosen.begin(), chosen.end(), i) != chosen.end();
        if (!taken && (best == probability.size() || probability[i] > probability[best])) best = i;
      }
      chosen.push_back(best);
      total += probability[best];
    }
    const bool split = file_.find_tensor(fmt::format("blk.{}.ffn_gate.0.weight", layer)) != nullptr;
    for (const std::size_t expert : chosen) {
      const Vector result =
          split ? gated(layer, h, fmt::format(".{}", expert)) : gated(layer, h, "_exps", expert);
      add(x, result, probability[expert] / total);
    }
  }

  const gguf::File& file_;
  std::string architecture_;
  std::size_t heads_;
  std::size_t kv_heads_;
  std::size_t embedding_;
  std::size_t head_size_;
  std::size_t layers_;
  double epsilon_;
  bool gemma_;
};

}  // namespace

std::vector<double> plain_logits(const gguf::File& file, std::span<const std::int32_t> tokens) {
  return PlainModel(file).logits(tokens);
}
