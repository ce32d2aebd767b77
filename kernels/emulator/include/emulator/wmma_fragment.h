/// @file
/// nvcuda::wmma's fragments: a tile of a matrix, spread over the 32 lanes of a warp.
///
/// CUDA leaves open which lane holds which element, only that fragments of one type agree. Here lane l holds
/// the elements l * num_elements up to (l + 1) * num_elements of the tile in row-major order.
#pragma once

#include <cstdint>
#include <type_traits>

#include <emulator/bfloat16.h>
#include <emulator/conversions.h>
#include <emulator/half.h>

namespace nvcuda::wmma {

struct matrix_a;     ///< [m][k]
struct matrix_b;     ///< [k][n]
struct accumulator;  ///< [m][n]

struct row_major;
struct col_major;
enum layout_t { mem_row_major, mem_col_major };

namespace precision {
struct tf32;  ///< float with a 10-bit mantissa
}

}  // namespace nvcuda::wmma

namespace emulator::wmma {

/// What a fragment stores for an element type.
template <typename T>
struct Storage {
  using type = T;
};
template <>
struct Storage<nvcuda::wmma::precision::tf32> {
  using type = float;
};

/// Rows and columns of the tile that a fragment holds.
template <typename Use, int m, int n, int k>
struct Extent;
template <int m, int n, int k>
struct Extent<nvcuda::wmma::matrix_a, m, n, k> {
  static constexpr int kRows = m, kColumns = k;
};
template <int m, int n, int k>
struct Extent<nvcuda::wmma::matrix_b, m, n, k> {
  static constexpr int kRows = k, kColumns = n;
};
template <int m, int n, int k>
struct Extent<nvcuda::wmma::accumulator, m, n, k> {
  static constexpr int kRows = m, kColumns = n;
};

/// Whether tensor cores have the shape for the element type.
template <typename Use, int m, int n, int k, typename T>
constexpr bool is_supported() {
  constexpr bool k16 =
      (m == 16 && n == 16 && k == 16) || (m == 32 && n == 8 && k == 16) || (m == 8 && n == 32 && k == 16);
  constexpr bool k8 = m == 16 && n == 16 && k == 8;
  constexpr bool k4 = m == 8 && n == 8 && k == 4;
  if constexpr (std::is_same_v<Use, nvcuda::wmma::accumulator>) {
    if (std::is_same_v<T, float>) return k16 || k8;
    if (std::is_same_v<T, __half> || std::is_same_v<T, int>) return k16;
    return std::is_same_v<T, double> && k4;
  } else {
    if (std::is_same_v<T, nvcuda::wmma::precision::tf32>) return k8;
    if (std::is_same_v<T, double>) return k4;
    return k16 && (std::is_same_v<T, __half> || std::is_same_v<T, __nv_bfloat16> ||
                   std::is_same_v<T, signed char> || std::is_same_v<T, unsigned char>);
  }
}

}  // namespace emulator::wmma

namespace nvcuda::wmma {

/// @tparam Use     matrix_a, matrix_b or accumulator
/// @tparam Layout  row_major or col_major, how load_matrix_sync finds a or b in memory; void for an
/// accumulator
template <typename Use, int m, int n, int k, typename T, typename Layout = void>
class fragment {
  static_assert(emulator::wmma::is_supported<Use, m, n, k, T>(),
                "tensor cores have no fragment of this shape and type");
  static_assert(std::is_void_v<Layout> == std::is_same_v<Use, accumulator>,
                "matrix_a and matrix_b need row_major or col_major, an accumulator takes neither");
  using Extent = emulator::wmma::Extent<Use, m, n, k>;

 public:
  using element_type = T;
  using storage_element_type = typename emulator::wmma::Storage<T>::type;
  static constexpr int kRows = Extent::kRows;
  static constexpr int kColumns = Extent::kColumns;
  static constexpr int num_elements = kRows * kColumns / 32;
  static constexpr int num_storage_elements = num_elements;

  storage_element_type x[num_elements];  ///< this lane's elements
};

}  // namespace nvcuda::wmma
