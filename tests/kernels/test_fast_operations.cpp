// The fast operations between the products, with every instruction set that this processor has.

#include <cmath>
#include <string>

#include "fast/kernels.h"
#include "kernels/attention.h"
#include "kernels/fast.h"
#include "kernels/gated_activation.h"
#include "kernels/rms_norm.h"
#include "kernels/rope.h"
#include "random_data.h"
#include "support/catch.h"

using namespace kernels;

TEST_CASE("fast gated activations are those of the reference") {
  RandomData random;
  for (const fast::Kernels* set : fast::available_kernels()) {
    for (const Activation activation : {Activation::kSilu, Activation::kGelu}) {
      for (const std::size_t size : {1, 15, 16, 33, 1000}) {
        INFO("seed " << random.seed << ", " << std::string(set->name) << ", size " << size);
        std::vector<float> gate = random.normal(size, 8.0f);
        gate[0] = -1e30f;  // e^1e30 must not become NaN
        const std::vector<float> up = random.normal(size);
        std::vector<float> expected = poisoned(size), y = poisoned(size);
        reference::gated_activation(activation, gate, up, expected);
        set->gated_activation(activation, gate.data(), up.data(), size, y.data());
        for (std::size_t i = 0; i < size; ++i) {
          REQUIRE_FALSE(
              !(std::abs(y[i] - expected[i]) <= 2e-6f * std::abs(gate[i] * up[i]) + 1e-37f || i == 0));
          REQUIRE_FALSE(!(std::abs(y[0]) <= 1e-6f));
        }
      }
    }
  }
}

TEST_CASE("the fast RMSNorm is that of the reference") {
  RandomData random;
  for (const fast::Kernels* set : fast::available_kernels()) {
    for (const std::size_t size : {1, 17, 64, 1001}) {
      INFO("seed " << random.seed << ", " << std::string(set->name) << ", size " << size);
      const std::vector<float> x = random.normal(size, 3.0f), weight = random.normal(size);
      std::vector<float> expected = poisoned(size), y = poisoned(size);
      reference::rms_norm(x, weight, 1e-5f, expected);
      set->rms_norm_row(x.data(), weight.data(), 1e-5f, size, y.data());
      for (std::size_t i = 0; i < size; ++i) {
        REQUIRE_FALSE(!(std::abs(y[i] - expected[i]) <= 1e-6f * std::abs(expected[i]) + 1e-30f));
      }
    }
  }
}

TEST_CASE("fast attention is that of the reference: windows, caps, groups, several tiles of positions") {
  RandomData random;
  struct Case {
    AttentionShape shape;
    std::size_t first, n;
    std::size_t window;
    float softcap;
  };
  for (const fast::Kernels* set : fast::available_kernels()) {
    for (const Case& c : {Case{{4, 2, 32}, 0, 1, 0, 0.0f}, Case{{6, 3, 7}, 61, 9, 0, 0.0f},
                          Case{{8, 1, 64}, 130, 3, 0, 0.0f}, Case{{2, 2, 80}, 100, 70, 16, 0.0f},
                          Case{{4, 4, 33}, 63, 2, 64, 5.0f}, Case{{4, 2, 32}, 200, 1, 1, 2.0f}}) {
      for (const KvType type : {KvType::kF32, KvType::kF16, KvType::kQ8_0}) {
        const auto [heads, kv_heads, head_size] = c.shape;
        if (type == KvType::kQ8_0 && head_size % 32 != 0) continue;
        INFO("seed " << random.seed << ", " << std::string(set->name) << ", head size " << head_size
                     << ", position " << c.first << ", window " << c.window << ", stored as "
                     << static_cast<int>(type));
        const std::size_t positions = c.first + c.n;
        const std::size_t row = kv_heads * head_size;
        const AttentionSettings settings = {1.0 / std::sqrt(static_cast<double>(head_size)), c.softcap,
                                            c.window};
        const std::vector<float> q = random.normal(c.n * heads * head_size);
        const std::vector<float> keys = random.normal(positions * row),
                                 values = random.normal(positions * row);
        // By heads; behind what is used there is room for more positions.
        const std::size_t head_bytes = kv_bytes(type, (positions + 3) * head_size);
        const auto stored = [&](const std::vector<float>& numbers) {
          std::vector<std::byte> result(kv_heads * head_bytes, std::byte{0xFF});
          for (std::size_t i = 0; i < positions * kv_heads; ++i) {
            set->store_kv(type, &numbers[i * head_size], head_size,
                          &result[i % kv_heads * head_bytes + kv_bytes(type, i / kv_heads * head_size)]);
          }
          return result;
        };
        const std::vector<std::byte> stored_keys = stored(keys), stored_values = stored(values);

        std::vector<float> expected = poisoned(q.size()), out = poisoned(q.size());
        reference::attention(c.shape, settings, c.first, q, keys, values, expected, 2);
        for (std::size_t kv_head = 0; kv_head < kv_heads; ++kv_head) {
          for (std::size_t token = 0; token < c.n; token += 5) {
            set->attend({c.shape,
                         settings,
                         kv_head,
                         token,
                         std::min<std::size_t>(5, c.n - token),
                         c.first,
                         q.data(),
                         {type, stored_keys.data(), head_bytes},
                         {type, stored_values.data(), head_bytes},
                         out.data()});
          }
        }
        // Of numbers around 1: a float's rounding, a half's (2^-11), and half a step of 8 bits (3 / 127 / 2).
        const float bound = type == KvType::kF32 ? 5e-6f : type == KvType::kF16 ? 4e-3f : 6e-2f;
        for (std::size_t i = 0; i < q.size(); ++i) {
          INFO("number " << i);
          REQUIRE_FALSE(!(std::abs(out[i] - expected[i]) <= bound));
        }
      }
    }
  }
}

TEST_CASE("the fast rope turns as the reference does, also after its table was used elsewhere") {
  RandomData random;
  INFO("seed " << random.seed);
  const std::vector<float> factors = {1.0f, 2.0f, 3.5f, 8.0f};
  fast::RopeTable table;
  for (const RopePairs pairs : {RopePairs::kNeighbours, RopePairs::kHalves}) {
    for (const std::size_t position : {0, 7, 5000}) {
      for (const bool with_factors : {false, true}) {
        Rope rope = {8, 10000.0, 0.5, pairs, {}};
        if (with_factors) rope.factors = factors;
        std::vector<float> expected = random.normal(3 * 5 * 10);
        std::vector<float> x = expected;
        reference::rope(expected, 5, 10, position, rope);
        table.prepare(rope, position, 3);
        table.turn(x, 5, 10, 2);
        for (std::size_t i = 0; i < x.size(); ++i) REQUIRE_FALSE(!(std::abs(x[i] - expected[i]) <= 1e-6f));
      }
    }
  }
}
