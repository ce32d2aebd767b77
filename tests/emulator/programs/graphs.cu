// A stream captured into a graph and replayed: the arguments are those of the capture.
#include "program.h"

__global__ void step(float* x, const float* y, float rate, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] += rate * (y[i] - x[i]);
}

int main() {
  const int n = 3001, launches = 5, replays = 20;
  const auto start = random_floats(n), target = random_floats(n);
  DeviceArray<float> x(start), y(target), result(n);
  cudaStream_t stream;
  CUDA_CHECK(cudaStreamCreate(&stream));
  cudaGraph_t graph;
  cudaGraphExec_t instance;
  CUDA_CHECK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  for (int i = 0; i < launches; ++i) {
    float rate = 0.01f * (i + 1);
    step<<<ceil_div(n, 256), 256, 0, stream>>>(x, y, rate, n);
  }
  CUDA_CHECK(cudaMemcpyAsync(result, x, n * sizeof(float), cudaMemcpyDeviceToDevice, stream));
  CUDA_CHECK(cudaStreamEndCapture(stream, &graph));
  bool ok =
      all_close("capture runs nothing", x.download(), std::vector<double>(start.begin(), start.end()), 0.0);
  CUDA_CHECK(cudaGraphInstantiate(&instance, graph, 0));
  for (int i = 0; i < replays; ++i) CUDA_CHECK(cudaGraphLaunch(instance, stream));
  CUDA_CHECK(cudaStreamSynchronize(stream));

  std::vector<double> expected(start.begin(), start.end());
  for (int replay = 0; replay < replays; ++replay)
    for (int i = 0; i < launches; ++i)
      for (int k = 0; k < n; ++k) expected[k] += 0.01 * (i + 1) * (target[k] - expected[k]);
  ok &= all_close("replayed", result.download(), expected, 1e-5);
  CUDA_CHECK(cudaGraphExecDestroy(instance));
  CUDA_CHECK(cudaGraphDestroy(graph));
  CUDA_CHECK(cudaStreamDestroy(stream));
  return verdict(ok);
}
