// K-means on points of the plane: assignment and sums on the device, with double atomics, until nothing
// changes.
#include <cfloat>

#include "program.h"

__global__ void assign(const float2* points, int n, const float2* __restrict__ centers, int k, int* labels,
                       int* changes, double* sums, int* counts) {
  extern __shared__ float2 shared_centers[];
  if (threadIdx.x < k) shared_centers[threadIdx.x] = centers[threadIdx.x];
  __syncthreads();
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  bool changed = false;
  if (i < n) {
    const float2 p = points[i];
    float best = FLT_MAX;
    int label = 0;
    for (int c = 0; c < k; ++c) {
      const float dx = p.x - shared_centers[c].x, dy = p.y - shared_centers[c].y,
                  distance = dx * dx + dy * dy;
      if (distance < best) best = distance, label = c;
    }
    changed = labels[i] != label;
    labels[i] = label;
    atomicAdd(&sums[2 * label], static_cast<double>(p.x));
    atomicAdd(&sums[2 * label + 1], static_cast<double>(p.y));
    atomicAdd(&counts[label], 1);
  }
  const int in_block = __syncthreads_count(changed);
  if (threadIdx.x == 0 && in_block > 0) atomicAdd(changes, in_block);
}

__global__ void move_centers(float2* centers, const double* sums, const int* counts) {
  const int c = threadIdx.x;
  if (counts[c] > 0) centers[c] = make_float2(sums[2 * c] / counts[c], sums[2 * c + 1] / counts[c]);
}

int main() {
  const int n = 3001, k = 7, threads = 128;
  // Well separated clusters, so that rounding cannot move a point from one to another.
  std::vector<float2> points(n), centers(k);
  const auto noise = random_floats(2 * n, -0.2f, 0.2f);
  for (int i = 0; i < n; ++i)
    points[i] = make_float2(3.0f * (i % k) + noise[2 * i], (i % k) % 2 * 4.0f + noise[2 * i + 1]);
  for (int c = 0; c < k; ++c) centers[c] = points[c];
  DeviceArray<float2> dpoints(points), dcenters(centers);
  DeviceArray<int> labels(n), changes(1), counts(k);
  DeviceArray<double> sums(2 * k);
  int iterations = 0, changed = 1;
  for (; changed > 0 && iterations < 50; ++iterations) {
    sums.clear(), counts.clear(), changes.clear();
    assign<<<ceil_div(n, threads), threads, k * sizeof(float2)>>>(dpoints, n, dcenters, k, labels, changes,
                                                                  sums, counts);
    move_centers<<<1, k>>>(dcenters, sums, counts);
    CHECK_LAUNCH();
    changed = changes.download()[0];
  }
  std::vector<double> expected(2 * k, 0.0), number(k, 0.0);
  std::vector<int> expected_labels(n);
  for (int i = 0; i < n; ++i) {
    expected_labels[i] = i % k;
    number[i % k] += 1;
    expected[2 * (i % k)] += points[i].x;
    expected[2 * (i % k) + 1] += points[i].y;
  }
  for (int i = 0; i < 2 * k; ++i) expected[i] /= number[i / 2];
  std::vector<float> found;
  for (float2 center : dcenters.download()) found.push_back(center.x), found.push_back(center.y);
  bool ok = changed == 0 && all_equal("labels", labels.download(), expected_labels);
  ok &= all_close("centers", found, expected, 1e-6);
  return verdict(ok);
}
