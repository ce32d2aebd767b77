#pragma once

// All kernels of one instruction set S. Included by one file for each.

#include "fast/attend.h"
#include "fast/elementwise.h"
#include "fast/float_product.h"
#include "fast/integer_product.h"
#include "fast/kernels.h"

namespace kernels::fast {
namespace {

/// Calls the operation with the format of quantized weights.
template <class Operation>
auto with_format(WeightType type, Operation operation) {
  switch (type) {
    case WeightType::kF32:
    case WeightType::kF16:
    case WeightType::kBF16:
      break;  // not quantized
    case WeightType::kQ8_0:
      return operation(FormatQ8_0());
    case WeightType::kQ4_0:
      return operation(FormatQ4_0());
    case WeightType::kQ4_1:
      return operation(FormatQ4_1());
    case WeightType::kQ5_0:
      return operation(FormatQ5_0());
    case WeightType::kQ5_1:
      return operation(FormatQ5_1());
    case WeightType::kQ2_K:
      return operation(FormatQ2_K());
    case WeightType::kQ3_K:
      return operation(FormatQ3_K());
    case WeightType::kQ4_K:
      return operation(FormatQ4_K());
    case WeightType::kQ5_K:
      return operation(FormatQ5_K());
    case WeightType::kQ6_K:
      return operation(FormatQ6_K());
    case WeightType::kIQ4_NL:
      return operation(FormatIQ4_NL());
    case WeightType::kIQ4_XS:
      return operation(FormatIQ4_XS());
  }
  return decltype(operation(FormatQ8_0()))();
}

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
    default:
      return with_format(a.type, [&]<class F>(F) { multiply_rows<S, F>(a, x, y, begin, end); });
  }
}

template <class S>
std::size_t interleaved_row_bytes_of_any_type(const Matrix& a) {
  return with_format(a.type, [&]<class F>(F) { return interleaved_row_bytes<S, F>(a); });
}

template <class S>
void interleave_rows_of_any_type(const Matrix& a, std::size_t begin, std::size_t end, std::byte* to) {
  with_format(a.type, [&]<class F>(F) { interleave_rows<S, F>(a, begin, end, to); });
}

template <class S>
constexpr Kernels all_kernels(std::string_view name) {
  return {name,
          quantize_row<S>,
          multiply_rows_of_any_type<S>,
          S::kLanes,
          interleaved_row_bytes_of_any_type<S>,
          interleave_rows_of_any_type<S>,
          rms_norm_row<S>,
          gated_activation<S>,
          store_kv<S>,
          attend<S>};
}

}  // namespace
}  // namespace kernels::fast
