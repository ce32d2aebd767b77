#include "plain_llama.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>

#include "support/plain_weight.h"

namespace {

using Vector = std::vector<double>;

/// Element i of a tensor, counted from its beginning.
double element(const gguf::TensorInfo& tensor, std::uint64_t i) {
  return plain_weight(tensor.type, tensor.data.data(), i);
}

const gguf::TensorInfo& tensor(const gguf::File& file, const std::string& name) {
  const gguf::TensorInfo* found = file.find_tensor(name + ".weight");
  if (found == nullptr) throw std::runtime_error("plain_llama: no tensor " + name);
  return *found;
}

Vector multiply(const gguf::TensorInfo& matrix, const Vector& x) {
  Vector y(matrix.dimensions[1]);
  for (std::size_t row = 0; row < y.size(); ++row) {
    for (std::size_t col = 0; col < x.size(); ++col) y[row] += element(matrix, row * x.size() + col) * x[col];
  }
  return y;
}

Vector normalize(const Vector& x, const gguf::TensorInfo& weight, double epsilon) {
  double squares = 0;
  for (const double value : x) squares += value * value;
  Vector y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    y[i] = x[i] / std::sqrt(squares / static_cast<double>(x.size()) + epsilon) * element(weight, i);
  }
  return y;
}

void rotate(Vector& x, std::size_t head_size, double base, double position, const gguf::TensorInfo* factors) {
  for (std::size_t i = 0; i < x.size(); i += 2) {
    const std::size_t in_head = i % head_size;
    const double power = static_cast<double>(in_head) / static_cast<double>(head_size);
    const double factor = factors == nullptr ? 1.0 : element(*factors, in_head / 2);
    const double angle = position / std::pow(base, power) / factor;
    const double a = x[i] * std::cos(angle) - x[i + 1] * std::sin(angle);
    const double b = x[i] * std::sin(angle) + x[i + 1] * std::cos(angle);
    x[i] = a;
    x[i + 1] = b;
  }
}

}  // namespace

std::vector<double> plain_llama_logits(const gguf::File& file, std::span<const std::int32_t> tokens) {
  const std::size_t heads = file.get_uint("llama.attention.head_count");
  const std::size_t kv_heads = file.get_uint("llama.attention.head_count_kv");
  const std::size_t head_size = file.get_uint("llama.embedding_length") / heads;
  const double epsilon = file.get_float("llama.attention.layer_norm_rms_epsilon");
  const double base = file.get_float("llama.rope.freq_base");
  const gguf::TensorInfo* factors = file.find_tensor("rope_freqs.weight");
  const gguf::TensorInfo& table = tensor(file, "token_embd");

  std::vector<Vector> x;  // [tokens][embedding]
  for (const std::int32_t token : tokens) {
    Vector row(table.dimensions[0]);
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = element(table, static_cast<std::uint64_t>(token) * row.size() + i);
    }
    x.push_back(row);
  }

  for (std::size_t layer = 0; layer < file.get_uint("llama.block_count"); ++layer) {
    const auto weight = [&](const char* part) -> const gguf::TensorInfo& {
      return tensor(file, fmt::format("blk.{}.{}", layer, part));
    };
    std::vector<Vector> q, k, v;
    for (std::size_t t = 0; t < x.size(); ++t) {
      const Vector h = normalize(x[t], weight("attn_norm"), epsilon);
      q.push_back(multiply(weight("attn_q"), h));
      k.push_back(multiply(weight("attn_k"), h));
      v.push_back(multiply(weight("attn_v"), h));
      rotate(q[t], head_size, base, static_cast<double>(t), factors);
      rotate(k[t], head_size, base, static_cast<double>(t), factors);
    }
    for (std::size_t t = 0; t < x.size(); ++t) {
      Vector attended(heads * head_size);
      for (std::size_t head = 0; head < heads; ++head) {
        const std::size_t kv = head / (heads / kv_heads) * head_size;
        Vector weights;
        double total = 0;
        for (std::size_t p = 0; p <= t; ++p) {
          double score = 0;
          for (std::size_t i = 0; i < head_size; ++i) score += q[t][head * head_size + i] * k[p][kv + i];
          weights.push_back(std::exp(score / std::sqrt(static_cast<double>(head_size))));
          total += weights.back();
        }
        for (std::size_t p = 0; p <= t; ++p) {
          for (std::size_t i = 0; i < head_size; ++i) {
            attended[head * head_size + i] += weights[p] / total * v[p][kv + i];
          }
        }
      }
      const Vector projected = multiply(weight("attn_output"), attended);
      for (std::size_t i = 0; i < projected.size(); ++i) x[t][i] += projected[i];

      const Vector h = normalize(x[t], weight("ffn_norm"), epsilon);
      Vector gate = multiply(weight("ffn_gate"), h);
      const Vector up = multiply(weight("ffn_up"), h);
      for (std::size_t i = 0; i < gate.size(); ++i) gate[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
      const Vector down = multiply(weight("ffn_down"), gate);
      for (std::size_t i = 0; i < down.size(); ++i) x[t][i] += down[i];
    }
  }

  const gguf::TensorInfo& output =
      file.find_tensor("output.weight") != nullptr ? tensor(file, "output") : tensor(file, "token_embd");
  std::vector<double> logits;
  for (const Vector& row : x) {
    const Vector scores = multiply(output, normalize(row, tensor(file, "output_norm"), epsilon));
    logits.insert(logits.end(), scores.begin(), scores.end());
  }
  return logits;
}
