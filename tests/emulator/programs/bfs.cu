// Breadth-first search over a random graph: level by level with a frontier that the device builds.
#include <queue>

#include "program.h"

struct Graph {
  int vertices;
  const int* offsets;
  const int* edges;
};

__device__ int next_size;

__global__ void expand(Graph graph, const int* frontier, int size, int* next, int* levels, int level) {
  const int t = blockIdx.x * blockDim.x + threadIdx.x;
  if (t >= size) return;
  const int vertex = frontier[t];
  for (int e = graph.offsets[vertex]; e < graph.offsets[vertex + 1]; ++e) {
    const int neighbour = graph.edges[e];
    if (atomicCAS(&levels[neighbour], -1, level) == -1) next[atomicAdd(&next_size, 1)] = neighbour;
  }
}

int main() {
  const int vertices = 3001, degree = 3;
  std::vector<int> offsets{0}, edges;
  for (int v = 0; v < vertices; ++v) {
    const int count = v % 40 == 3 ? 60 : random_ints(1, 0, degree)[0];
    for (int target : random_ints(count, 0, vertices - 1)) edges.push_back(target);
    offsets.push_back(static_cast<int>(edges.size()));
  }
  std::vector<int> expected(vertices, -1);
  std::queue<int> queue;
  expected[0] = 0;
  queue.push(0);
  while (!queue.empty()) {
    const int v = queue.front();
    queue.pop();
    for (int e = offsets[v]; e < offsets[v + 1]; ++e)
      if (expected[edges[e]] < 0) expected[edges[e]] = expected[v] + 1, queue.push(edges[e]);
  }

  DeviceArray<int> doffsets(offsets), dedges(edges), frontier(vertices), next(vertices), levels(vertices);
  const int zero = 0;
  CUDA_CHECK(cudaMemcpy(frontier, &zero, sizeof(int), cudaMemcpyHostToDevice));
  CUDA_CHECK(cudaMemcpy(levels, &zero, sizeof(int), cudaMemcpyHostToDevice));  // the others are -1
  int *from = frontier, *to = next, size = 1;
  for (int level = 1; size > 0; ++level) {
    CUDA_CHECK(cudaMemcpyToSymbol(next_size, &zero, sizeof(int)));
    expand<<<ceil_div(size, 128), 128>>>({vertices, doffsets, dedges}, from, size, to, levels, level);
    CUDA_CHECK(cudaGetLastError());
    CUDA_CHECK(cudaMemcpyFromSymbol(&size, next_size, sizeof(int)));
    std::swap(from, to);
  }
  return verdict(all_equal("levels", levels.download(), expected));
}
