#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "fast/activations.h"
#include "fast/attention_task.h"
#include "kernels/gated_activation.h"
#include "kernels/kv_rows.h"
#include "kernels/matrix.h"

namespace kernels::fast {

/// What one instruction set offers; every entry is for a single thread. Their comments are at the templates
/// they are made from.
struct Kernels {
  std::string_view name;
  void (*quantize_row)(const float* x, std::size_t size, const QuantizedRow& to);
  void (*multiply_rows)(const Matrix& a, const ActivationRows& x, float* y, std::size_t begin,
                        std::size_t end);
  std::size_t lanes;  ///< rows that are interleaved
  std::size_t (*interleaved_row_bytes)(const Matrix& a);
  void (*interleave_rows)(const Matrix& a, std::size_t begin, std::size_t end, std::byte* to);
  void (*rms_norm_row)(const float* x, const float* weight, float epsilon, std::size_t size, float* y);
  void (*gated_activation)(Activation activation, const float* gate, const float* up, std::size_t size,
                           float* y);
  void (*store_kv)(KvType type, const float* x, std::size_t size, std::byte* to);
  void (*attend)(const AttentionTask& task);
};

/// All that this processor has, the fastest first; the last one is `portable`.
std::vector<const Kernels*> available_kernels();

/// The fastest that this processor has. The environment variable MINI_LLM_SIMD=portable|avx2|avx512 chooses
/// another that it has.
const Kernels& kernels();

extern const Kernels kPortableKernels;
extern const Kernels kAvx2Kernels;        // x86-64 only
extern const Kernels kAvx512VnniKernels;  // x86-64 only

}  // namespace kernels::fast
