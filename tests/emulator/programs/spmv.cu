// Sparse matrix times vector in CSR: a thread per row, then a warp per row for rows of very different
// lengths.
#include "program.h"

struct CsrMatrix {
  int rows;
  const int *row_ptr, *col_idx;
  const float* values;
};

__global__ void spmv_scalar(CsrMatrix m, const float* x, float* y) {
  int row = blockDim.x * blockIdx.x + threadIdx.x;
  if (row < m.rows) {
    float dot = 0;
    for (int jj = m.row_ptr[row]; jj < m.row_ptr[row + 1]; jj++) dot += m.values[jj] * x[m.col_idx[jj]];
    y[row] = dot;
  }
}

__global__ void spmv_vector(const CsrMatrix m, const float* __restrict__ x, float* __restrict__ y) {
  const int row = (blockDim.x * blockIdx.x + threadIdx.x) / 32, lane = threadIdx.x & 31;
  if (row >= m.rows) return;  // whole warps
  float dot = 0;
  for (int jj = m.row_ptr[row] + lane; jj < m.row_ptr[row + 1]; jj += 32)
    dot += __ldg(m.values + jj) * __ldg(x + m.col_idx[jj]);
  for (int offset = 16; offset > 0; offset /= 2) dot += __shfl_down_sync(0xffffffff, dot, offset);
  if (lane == 0) y[row] = dot;
}

int main() {
  const int rows = 501, cols = 377;
  std::vector<int> row_ptr{0}, col_idx;
  for (int row = 0; row < rows; ++row) {
    const int length = row % 50 == 7 ? 300 : row % 11 == 0 ? 0 : random_ints(1, 1, 20)[0];
    for (int i = 0; i < length; ++i) col_idx.push_back(random_ints(1, 0, cols - 1)[0]);
    row_ptr.push_back(static_cast<int>(col_idx.size()));
  }
  const auto values = random_floats(col_idx.size()), x = random_floats(cols);
  std::vector<double> expected(rows, 0.0);
  for (int row = 0; row < rows; ++row)
    for (int i = row_ptr[row]; i < row_ptr[row + 1]; ++i) expected[row] += double(values[i]) * x[col_idx[i]];
  DeviceArray<int> dptr(row_ptr), dcol(col_idx);
  DeviceArray<float> dval(values), dx(x), y(rows);
  const CsrMatrix matrix = {rows, dptr, dcol, dval};
  spmv_scalar<<<ceil_div(rows, 128), 128>>>(matrix, dx, y);
  CHECK_LAUNCH();
  bool ok = all_close("scalar", y.download(), expected, 1e-5);
  y.poison();
  spmv_vector<<<ceil_div(rows * 32, 128), 128>>>({rows, dptr, dcol, dval}, dx, y);
  CHECK_LAUNCH();
  ok &= all_close("vector", y.download(), expected, 1e-5);
  return verdict(ok);
}
