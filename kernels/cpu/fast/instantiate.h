#pragma once

// All kernels of one instruction set S. Included by one file for each.

#include "fast/attend.h"
#include "fast/elementwise.h"
#include "fast/float_product.h"
#include "fast/integer_product.h"
#include "fast/kernels.h"

namespace kernels::fast {
namespace {

template <class S>
void multiply_rows_of_any_type(const Matrix& a, const ActivationRows& x, float* y, std::size_t begin,
                               std::size_t end) {
  switch (a.type) {
    case WeightType::kF32:
      return multiply_float_rows<S, FormatF32>(a, x, y, begin, end);
    case WeightType::kF16:
      return multiply_float_rows<S, FormatF16>(a, x, y, begin, end);
    case WeightType::kBF16:
      return multiply_float_rows<S, FormatBF16>(a, x, y, begin, end);
    case WeightType::kQ8_0:
      return multiply_rows<S, FormatQ8_0>(a, x, y, begin, end);
    case WeightType::kQ4_0:
      return multiply_rows<S, FormatQ4_0>(a, x, y, begin, end);
    case WeightType::kQ4_1:
      return multiply_rows<S, FormatQ4_1>(a, x, y, begin, end);
    case WeightType::kQ5_0:
      return multiply_rows<S, FormatQ5_0>(a, x, y, begin, end);
    case WeightType::kQ5_1:
      return multiply_rows<S, FormatQ5_1>(a, x, y, begin, end);
    case WeightType::kQ2_K:
      return multiply_rows<S, FormatQ2_K>(a, x, y, begin, end);
    case WeightType::kQ3_K:
      return multiply_rows<S, FormatQ3_K>(a, x, y, begin, end);
    case WeightType::kQ4_K:
      return multiply_rows<S, FormatQ4_K>(a, x, y, begin, end);
    case WeightType::kQ5_K:
      return multiply_rows<S, FormatQ5_K>(a, x, y, begin, end);
    case WeightType::kQ6_K:
      return multiply_rows<S, FormatQ6_K>(a, x, y, begin, end);
    case WeightType::kIQ4_NL:
      return multiply_rows<S, FormatIQ4_NL>(a, x, y, begin, end);
    case WeightType::kIQ4_XS:
      return multiply_rows<S, FormatIQ4_XS>(a, x, y, begin, end);
  }
}

template <class S>
constexpr Kernels all_kernels(std::string_view name) {
  return {name,        quantize_row<S>, multiply_rows_of_any_type<S>, rms_norm_row<S>, gated_activation<S>,
          store_kv<S>, attend<S>};
}

}  // namespace
}  // namespace kernels::fast
