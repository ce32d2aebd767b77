// The operations between the matrix products, with their rows divided among threads.

#include <algorithm>
#include <cmath>

#include "fast/kernels.h"
#include "kernels/fast.h"
#include "kernels/parallel_for.h"

namespace kernels::fast {
namespace {

constexpr std::size_t kNumbersPerRange = 1 << 15;  // a few times 10 us: less is not worth waking a thread

std::size_t rows_per_range(std::size_t row_size) {
  return std::max<std::size_t>(1, kNumbersPerRange / std::max<std::size_t>(row_size, 1));
}

}  // namespace

void rms_norm(std::span<const float> x, std::span<const float> weight, float epsilon, std::span<float> y,
              int threads) {
  const std::size_t size = weight.size();
  parallel_for(x.size() / size, rows_per_range(size), threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t t = begin; t < end; ++t) {
      kernels().rms_norm_row(&x[t * size], weight.data(), epsilon, size, &y[t * size]);
    }
  });
}

void rms_norm(std::span<const float> x, std::span<const float> weight, float epsilon, Activations& y,
              ReadAs as, int threads) {
  const std::size_t size = weight.size();
  y.fill(x.size() / size, size, as, size, threads, [&](std::size_t begin, std::size_t end, float* to) {
    for (std::size_t i = begin; i < end; i += size, to += size) {
      kernels().rms_norm_row(&x[i], weight.data(), epsilon, size, to);
    }
  });
}

void gated_activation(Activation activation, std::span<const float> gate, std::span<const float> up,
                      std::size_t cols, Activations& y, ReadAs as, int threads) {
  y.fill(gate.size() / cols, cols, as, 32, threads, [&](std::size_t begin, std::size_t end, float* to) {
    kernels().gated_activation(activation, &gate[begin], &up[begin], end - begin, to);
  });
}

void add(std::span<float> x, std::span<const float> addition, int threads) {
  parallel_for(x.size(), kNumbersPerRange, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) x[i] += addition[i];
  });
}

void RopeTable::prepare(const Rope& rope, std::size_t first, std::size_t n) {
  const bool same = rope.dimensions == rope_.dimensions && rope.base == rope_.base &&
                    rope.scale == rope_.scale && rope.factors.data() == rope_.factors.data() &&
                    first == first_ && n == n_;
  rope_ = rope;
  if (same) return;
  first_ = first;
  n_ = n;
  const std::size_t pairs = rope.dimensions / 2;
  cosines_.resize(n * pairs);
  sines_.resize(n * pairs);
  for (std::size_t i = 0; i < pairs; ++i) {
    const double exponent = -2.0 * static_cast<double>(i) / static_cast<double>(rope.dimensions);
    const double frequency =
        rope.scale * std::pow(rope.base, exponent) / (rope.factors.empty() ? 1.0 : rope.factors[i]);
    for (std::size_t t = 0; t < n; ++t) {
      const double angle = static_cast<double>(first + t) * frequency;
      cosines_[t * pairs + i] = static_cast<float>(std::cos(angle));
      sines_[t * pairs + i] = static_cast<float>(std::sin(angle));
    }
  }
}

void RopeTable::turn(std::span<float> x, std::size_t heads, std::size_t head_size, int threads) const {
  const std::size_t pairs = rope_.dimensions / 2;
  const std::size_t second =
      rope_.pairs == RopePairs::kNeighbours ? 1 : pairs;  // of a pair, behind the first
  const std::size_t step = rope_.pairs == RopePairs::kNeighbours ? 2 : 1;
  parallel_for(n_, rows_per_range(heads * head_size), threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t t = begin; t < end; ++t) {
      const float* cosine = &cosines_[t * pairs];
      const float* sine = &sines_[t * pairs];
      for (std::size_t head = 0; head < heads; ++head) {
        float* numbers = &x[(t * heads + head) * head_size];
        for (std::size_t i = 0; i < pairs; ++i) {
          const float a = numbers[step * i];
          const float b = numbers[step * i + second];
          numbers[step * i] = a * cosine[i] - b * sine[i];
          numbers[step * i + second] = a * sine[i] + b * cosine[i];
        }
      }
    }
  });
}

void store_kv(KvType type, std::span<const float> x, std::byte* to) {
  kernels().store_kv(type, x.data(), x.size(), to);
}

void attention(const AttentionShape& shape, const AttentionSettings& settings, std::size_t first_position,
               std::span<const float> q, const KvRows& keys, const KvRows& values, std::span<float> out,
               int threads) {
  constexpr std::size_t kRows = 256;  // query heads in one task: enough to make a tile's unpacking cheap
  const std::size_t n = q.size() / (shape.heads * shape.head_size);
  const std::size_t group = shape.heads / shape.kv_heads;
  const std::size_t tokens = std::max<std::size_t>(1, kRows / group);
  const std::size_t token_blocks = (n + tokens - 1) / tokens;
  parallel_for(shape.kv_heads * token_blocks, 1, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      AttentionTask task;
      task.shape = shape;
      task.settings = settings;
      task.kv_head = i % shape.kv_heads;
      task.first_token = i / shape.kv_heads * tokens;
      task.tokens = std::min(tokens, n - task.first_token);
      task.first_position = first_position;
      task.q = q.data();
      task.keys = keys;
      task.values = values;
      task.out = out.data();
      kernels().attend(task);
    }
  });
}

}  // namespace kernels::fast
