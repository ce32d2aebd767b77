// Pinned memory, asynchronous copies in several streams, events between them, and a host function in a
// stream.
#include "program.h"

__global__ void scale_and_add(float* x, float scale, float offset, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] = scale * x[i] + offset;
}

static void CUDART_CB count_call(void* counter) { ++*static_cast<int*>(counter); }

int main() {
  const int n = 40007, parts = 4;
  float* host = nullptr;
  CUDA_CHECK(cudaMallocHost(&host, n * sizeof(float)));
  const auto values = random_floats(n);
  std::memcpy(host, values.data(), n * sizeof(float));
  DeviceArray<float> device(n);

  cudaStream_t streams[parts];
  cudaEvent_t start, stop, copied;
  for (cudaStream_t& stream : streams) CUDA_CHECK(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  CUDA_CHECK(cudaEventCreate(&start));
  CUDA_CHECK(cudaEventCreate(&stop));
  CUDA_CHECK(cudaEventCreateWithFlags(&copied, cudaEventDisableTiming));
  CUDA_CHECK(cudaEventRecord(start, streams[0]));
  int calls = 0;
  for (int part = 0; part < parts; ++part) {
    const int begin = n * part / parts, count = n * (part + 1) / parts - begin;
    cudaStream_t stream = streams[part];
    CUDA_CHECK(
        cudaMemcpyAsync(device + begin, host + begin, count * sizeof(float), cudaMemcpyHostToDevice, stream));
    scale_and_add<<<ceil_div(count, 128), 128, 0, stream>>>(device + begin, 2.0f, 1.0f, count);
    CUDA_CHECK(cudaGetLastError());
    CUDA_CHECK(cudaLaunchHostFunc(stream, count_call, &calls));
    CUDA_CHECK(
        cudaMemcpyAsync(host + begin, device + begin, count * sizeof(float), cudaMemcpyDefault, stream));
    CUDA_CHECK(cudaEventRecord(copied, stream));
    CUDA_CHECK(cudaStreamWaitEvent(streams[0], copied, 0));
  }
  CUDA_CHECK(cudaEventRecord(stop, streams[0]));
  CUDA_CHECK(cudaEventSynchronize(stop));
  float milliseconds = -1.0f;
  CUDA_CHECK(cudaEventElapsedTime(&milliseconds, start, stop));
  bool ok = milliseconds >= 0.0f && calls == parts;
  for (cudaStream_t stream : streams) ok &= cudaStreamQuery(stream) == cudaSuccess;

  std::vector<double> expected(n);
  for (int i = 0; i < n; ++i) expected[i] = 2.0 * values[i] + 1.0;
  ok &= all_close("streams", std::vector<float>(host, host + n), expected, 1e-6);
  for (cudaStream_t& stream : streams) CUDA_CHECK(cudaStreamDestroy(stream));
  CUDA_CHECK(cudaEventDestroy(start));
  CUDA_CHECK(cudaEventDestroy(stop));
  CUDA_CHECK(cudaEventDestroy(copied));
  CUDA_CHECK(cudaFreeHost(host));
  return verdict(ok);
}
