// Integer matrix product on tensor cores: signed and unsigned bytes, 32-bit sums, all three shapes.
#include <mma.h>

#include "program.h"

template <int M, int N, int K, typename T>
__global__ void product(const T* a, const T* b, int* c, int lda, int ldb, int ldc, int depth) {
  using namespace nvcuda::wmma;
  fragment<matrix_a, M, N, K, T, row_major> fa;
  fragment<matrix_b, M, N, K, T, col_major> fb;
  fragment<accumulator, M, N, K, int> sum;
  fill_fragment(sum, 0);
  for (int k = 0; k < depth; k += K) {
    load_matrix_sync(fa, a + blockIdx.y * M * lda + k, lda);
    load_matrix_sync(fb, b + blockIdx.x * N * ldb + k, ldb);
    mma_sync(sum, fa, fb, sum);
  }
  store_matrix_sync(c + blockIdx.y * M * ldc + blockIdx.x * N, sum, ldc, mem_row_major);
}

template <int M, int N, int K, typename T>
bool run(const char* name, int low, int high) {
  const int rows = 3 * M, cols = 2 * N, depth = 5 * K;
  const std::vector<int> x = random_ints(rows * depth, low, high), y = random_ints(cols * depth, low, high);
  const std::vector<T> a(x.begin(), x.end()), b(y.begin(), y.end());
  std::vector<int> expected(rows * cols, 0);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c)
      for (int k = 0; k < depth; ++k) expected[r * cols + c] += x[r * depth + k] * y[c * depth + k];
  DeviceArray<T> da(a), db(b);
  DeviceArray<int> dc(rows * cols);
  product<M, N, K><<<dim3(2, 3), 32>>>(da.get(), db.get(), dc.get(), depth, depth, cols, depth);
  CHECK_LAUNCH();
  return all_equal(name, dc.download(), expected);
}

int main() {
  bool ok = run<16, 16, 16, signed char>("16x16x16 signed", -128, 127);
  ok &= run<16, 16, 16, unsigned char>("16x16x16 unsigned", 0, 255);
  ok &= run<32, 8, 16, signed char>("32x8x16 signed", -128, 127);
  ok &= run<8, 32, 16, unsigned char>("8x32x16 unsigned", 0, 255);
  return verdict(ok);
}
