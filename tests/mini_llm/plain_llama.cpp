#include "plain_llama.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>

namespace {

using Vector = std::vector<double>;

double half(const std::byte* bytes) {
  std::uint16_t bits = 0;
  std::memcpy(&bits, bytes, 2);
  const int exponent = (bits >> 10) & 31;
  const int fraction = bits & 1023;
  const double value = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return (bits & 0x8000) != 0 ? -value : value;
}

/// Element i of a tensor, counted from its beginning.
double element(const gguf::TensorInfo& tensor, std::uint64_t i) {
  const std::byte* data = tensor.data.data();
  switch (tensor.type) {
    case gguf::TensorType::kF32: {
      float value = 0;
      std::memcpy(&value, data + 4 * i, 4);
      return value;
    }
    case gguf::TensorType::kF16:
      return half(data + 2 * i);
    case gguf::TensorType::kBF16: {
      const std::byte bits[4] = {std::byte{0}, std::byte{0}, data[2 * i], data[2 * i + 1]};
      float value = 0;
      std::memcpy(&value, bits, 4);
      return value;
    }
    case gguf::TensorType::kQ8_0: {
      const std::byte* block = data + i / 32 * 34;
      return half(block) * static_cast<std::int8_t>(block[2 + i % 32]);
    }
    case gguf::TensorType::kQ4_0: {
      const std::byte* block = data + i / 32 * 18;
      const auto pair = static_cast<unsigned>(block[2 + i % 16]);
      return half(block) * (static_cast<int>(i % 32 < 16 ? pair & 15 : pair >> 4) - 8);
    }
    default:
      throw std::runtime_error("plain_llama: type not known");
  }
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
