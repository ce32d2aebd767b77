// Managed memory: a list of rows built by the host, changed by a kernel and read back through the same
// pointers.
#include "program.h"

struct Row {
  double* values;
  int count;
  double norm;
};

__device__ __managed__ int rows_done;

__global__ void normalize(Row* rows, int n) {
  __shared__ double partial[64];
  Row& row = rows[blockIdx.x];
  double sum = 0.0;
  for (int i = threadIdx.x; i < row.count; i += blockDim.x) sum += row.values[i] * row.values[i];
  partial[threadIdx.x] = sum;
  for (int s = blockDim.x / 2; s > 0; s /= 2) {
    __syncthreads();
    if (threadIdx.x < s) partial[threadIdx.x] += partial[threadIdx.x + s];
  }
  __syncthreads();
  const double norm = sqrt(partial[0]);
  for (int i = threadIdx.x; i < row.count; i += blockDim.x) row.values[i] /= norm;
  if (threadIdx.x == 0) {
    row.norm = norm;
    atomicAdd(&rows_done, 1);
  }
}

int main() {
  const int n = 23;
  Row* rows;
  CUDA_CHECK(cudaMallocManaged(&rows, n * sizeof(Row)));
  std::vector<std::vector<double>> originals;
  for (int r = 0; r < n; ++r) {
    rows[r].count = 1 + 17 * r;
    rows[r].norm = NAN;
    CUDA_CHECK(cudaMallocManaged(&rows[r].values, rows[r].count * sizeof(double)));
    const auto values = random_floats(rows[r].count, 0.5f, 2.0f);
    std::copy(values.begin(), values.end(), rows[r].values);
    originals.emplace_back(values.begin(), values.end());
  }
  rows_done = 0;
  normalize<<<n, 64>>>(rows, n);
  CHECK_LAUNCH();
  bool ok = rows_done == n;
  for (int r = 0; r < n; ++r) {
    double norm = 0;
    for (double value : originals[r]) norm += value * value;
    norm = std::sqrt(norm);
    for (double& value : originals[r]) value /= norm;
    ok &= all_close("norm", std::vector<double>{rows[r].norm}, {norm}, 1e-12);
    ok &= all_close("row", std::vector<double>(rows[r].values, rows[r].values + rows[r].count), originals[r],
                    1e-12);
    CUDA_CHECK(cudaFree(rows[r].values));
  }
  CUDA_CHECK(cudaFree(rows));
  return verdict(ok);
}
