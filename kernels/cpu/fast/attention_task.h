#pragma once

#include <cstddef>

#include "kernels/attention.h"
#include "kernels/kv_rows.h"

namespace kernels::fast {

/// Some tokens' attention with the query heads that share one key and value head.
struct AttentionTask {
  AttentionShape shape;
  AttentionSettings settings;
  std::size_t kv_head = 0;
  std::size_t first_token = 0;  // of the pass
  std::size_t tokens = 0;
  std::size_t first_position = 0;  // of the pass's first token
  const float* q = nullptr;        // [n][heads][head_size]
  KvRows keys;
  KvRows values;
  float* out = nullptr;  // [n][heads][head_size]
};

}  // namespace kernels::fast
