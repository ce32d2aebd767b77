#include "kernels/attention.h"

#include <cmath>
#include <vector>

#include "kernels/parallel_for.h"
#include "kernels/softmax.h"
#include "reference/dot.h"

namespace kernels::reference {
namespace {

constexpr std::size_t kMultiplicationsPerRange = 1 << 18;  // about 0.1 ms

/// x, or for a cap above 0 a number between -cap and cap
double capped(double x, double cap) { return cap > 0.0 ? cap * std::tanh(x / cap) : x; }

}  // namespace

void attention(const AttentionShape& shape, const AttentionSettings& settings, std::size_t first_position,
               std::span<const float> q, std::span<const float> keys, std::span<const float> values,
               std::span<float> out, int threads) {
  const std::size_t head_size = shape.head_size;
  const std::size_t group = shape.heads / shape.kv_heads;  // query heads that share a key and value head
  const std::size_t kv_stride = shape.kv_heads * head_size;
  const std::size_t n = q.size() / (shape.heads * head_size);

  const std::size_t grain = kMultiplicationsPerRange / (2 * head_size * (first_position + n));
  parallel_for(n * shape.heads, grain, threads, [&](std::size_t begin, std::size_t end) {
    std::vector<float> weights(first_position + n);  // of each position in the result
    std::vector<double> sum(head_size);
    for (std::size_t pair = begin; pair < end; ++pair) {
      const std::size_t t = pair / shape.heads;
      const std::size_t head = pair % shape.heads;
      const std::size_t end_position = first_position + t + 1;  // causal: itself and everything before
      const std::size_t start =
          settings.window == 0 || end_position < settings.window ? 0 : end_position - settings.window;
      const std::size_t kv_offset = head / group * head_size;

      const float* query = &q[pair * head_size];
      for (std::size_t p = start; p < end_position; ++p) {
        const double product = dot(query, &keys[p * kv_stride + kv_offset], head_size);
        weights[p] = static_cast<float>(capped(settings.scale * product, settings.softcap));
      }
      softmax(std::span(weights).subspan(start, end_position - start));

      sum.assign(head_size, 0.0);
      for (std::size_t p = start; p < end_position; ++p) {
        const float* value = &values[p * kv_stride + kv_offset];
        for (std::size_t i = 0; i < head_size; ++i) sum[i] += static_cast<double>(weights[p]) * value[i];
      }
      for (std::size_t i = 0; i < head_size; ++i) out[pair * head_size + i] = static_cast<float>(sum[i]);
    }
  });
}

}  // namespace kernels::reference
