#include <mma.h>

#include <cmath>
#include <random>
#include <vector>

#include "device_vector.h"
#include "support/catch.h"

using namespace nvcuda;

namespace {

template <typename T>
struct Stored {
  using type = T;
};
template <>
struct Stored<wmma::precision::tf32> {
  using type = float;
};

/// d = 2 a b + c for one tile, the factor applied by each lane to its own elements.
template <int m, int n, int k, typename T, typename TC, typename LayoutA, typename LayoutB>
__global__ void multiply_tile(const typename Stored<T>::type* a, int a_stride,
                              const typename Stored<T>::type* b, int b_stride, const TC* c, TC* d,
                              int d_stride, wmma::layout_t layout) {
  wmma::fragment<wmma::matrix_a, m, n, k, T, LayoutA> a_tile;
  wmma::fragment<wmma::matrix_b, m, n, k, T, LayoutB> b_tile;
  wmma::fragment<wmma::accumulator, m, n, k, TC> sum, c_tile;
  wmma::fill_fragment(sum, TC(0));
  wmma::load_matrix_sync(a_tile, a, a_stride);
  wmma::load_matrix_sync(b_tile, b, b_stride);
  wmma::load_matrix_sync(c_tile, c, d_stride, layout);
  wmma::mma_sync(sum, a_tile, b_tile, sum);
  for (int i = 0; i < sum.num_elements; ++i) c_tile.x[i] = TC(2) * sum.x[i] + c_tile.x[i];
  wmma::store_matrix_sync(d, c_tile, d_stride, layout);
}

/// Largest error of the kernel against double precision. Strides are longer than the tile, to see them used.
template <int m, int n, int k, typename T, typename TC, typename LayoutA, typename LayoutB>
double worst_error(wmma::layout_t layout, unsigned seed) {
  using Element = typename Stored<T>::type;
  constexpr bool kIntegers = std::is_same_v<TC, int>;
  constexpr bool kColumnA = std::is_same_v<LayoutA, wmma::col_major>;
  constexpr bool kColumnB = std::is_same_v<LayoutB, wmma::col_major>;
  const int a_stride = (kColumnA ? m : k) + 8, b_stride = (kColumnB ? k : n) + 16;
  const int d_stride = (layout == wmma::mem_col_major ? m : n) + 8;

  std::mt19937 random(seed);
  std::uniform_real_distribution<float> real(-1.0f, 1.0f);
  std::uniform_int_distribution<int> integer(std::is_signed_v<Element> ? -128 : 0,
                                             std::is_signed_v<Element> ? 127 : 255);
  const auto element = [&] {
    if constexpr (kIntegers) {
      return static_cast<Element>(integer(random));
    } else {
      return static_cast<Element>(std::round(real(random) * 64.0f) / 64.0f);  // exact in every type
    }
  };
  std::vector<Element> a(static_cast<std::size_t>(a_stride) * 32), b(static_cast<std::size_t>(b_stride) * 32);
  std::vector<TC> c(static_cast<std::size_t>(d_stride) * 32), poison(c.size(), TC(77));
  for (auto& value : a) value = element();
  for (auto& value : b) value = element();
  for (auto& value : c) value = static_cast<TC>(integer(random) / 16);

  DeviceVector<Element> device_a(a), device_b(b);
  DeviceVector<TC> device_c(c), device_d(poison);
  multiply_tile<m, n, k, T, TC, LayoutA, LayoutB><<<1, 32>>>(device_a.data(), a_stride, device_b.data(),
                                                             b_stride, device_c.data(), device_d.data(),
                                                             d_stride, layout);
  const std::vector<TC> d = device_d.to_host();

  const auto at = [](int row, int column, int stride, bool column_major) {
    return static_cast<std::size_t>(column_major ? column * stride + row : row * stride + column);
  };
  double worst = 0.0;
  for (int row = 0; row < m; ++row) {
    for (int column = 0; column < n; ++column) {
      const std::size_t place = at(row, column, d_stride, layout == wmma::mem_col_major);
      double expected = 0.0;
      for (int i = 0; i < k; ++i) {
        expected += 2.0 * static_cast<double>(static_cast<float>(a[at(row, i, a_stride, kColumnA)])) *
                    static_cast<double>(static_cast<float>(b[at(i, column, b_stride, kColumnB)]));
      }
      expected += static_cast<double>(static_cast<float>(c[place]));
      const double error = std::abs(static_cast<double>(static_cast<float>(d[place])) - expected);
      if (!(error <= worst)) worst = error;
    }
  }
  return worst;
}

/// All combinations of layouts for one shape and type.
template <int m, int n, int k, typename T, typename TC>
void check_shape(double bound) {
  using wmma::col_major;
  using wmma::row_major;
  INFO("shape " << m << " x " << n << " x " << k << ", seeds 1 to 4");
  CHECK_FALSE(!(worst_error<m, n, k, T, TC, row_major, row_major>(wmma::mem_row_major, 1) <= bound));
  CHECK_FALSE(!(worst_error<m, n, k, T, TC, row_major, col_major>(wmma::mem_row_major, 2) <= bound));
  CHECK_FALSE(!(worst_error<m, n, k, T, TC, col_major, row_major>(wmma::mem_col_major, 3) <= bound));
  CHECK_FALSE(!(worst_error<m, n, k, T, TC, col_major, col_major>(wmma::mem_col_major, 4) <= bound));
}

}  // namespace

TEST_CASE("wmma multiplies half tiles of every shape and layout into float") {
  check_shape<16, 16, 16, __half, float>(1e-5);
  check_shape<32, 8, 16, __half, float>(1e-5);
  check_shape<8, 32, 16, __half, float>(1e-5);
}

TEST_CASE("wmma multiplies half tiles into half") {
  // Sums below 64 have 2^-5 or finer steps; rounded once for the product and once for each of two steps after
  // it.
  check_shape<16, 16, 16, __half, __half>(0.05);
  check_shape<32, 8, 16, __half, __half>(0.05);
}

TEST_CASE("wmma multiplies bfloat16 tiles into float") {
  check_shape<16, 16, 16, __nv_bfloat16, float>(1e-5);
  check_shape<8, 32, 16, __nv_bfloat16, float>(1e-5);
}

TEST_CASE("wmma multiplies bytes into int exactly") {
  check_shape<16, 16, 16, signed char, int>(0.0);
  check_shape<32, 8, 16, unsigned char, int>(0.0);
  check_shape<8, 32, 16, signed char, int>(0.0);
}

TEST_CASE("wmma multiplies tf32 and double tiles") {
  check_shape<16, 16, 8, wmma::precision::tf32, float>(1e-5);
  check_shape<8, 8, 4, double, double>(1e-12);
}
