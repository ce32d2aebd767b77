#include "support.h"

__global__ void add(int* data, int value) { data[threadIdx.x] += value; }
__global__ void twice(int* data) { data[threadIdx.x] *= 2; }

TEST_CASE("work in streams is done in order, and host functions take part") {
  const FreshDevice device;
  cudaStream_t stream = nullptr;
  REQUIRE(cudaStreamCreate(&stream) == cudaSuccess);
  std::vector<int> host(32, 1), back(32, 0);
  int* data = nullptr;
  int seen = 0;
  REQUIRE(cudaMallocAsync(&data, 128, stream) == cudaSuccess);
  REQUIRE(cudaMemcpyAsync(data, host.data(), 128, cudaMemcpyHostToDevice, stream) == cudaSuccess);
  add<<<1, 32, 0, stream>>>(data, 4);
  twice<<<1, 32, 0, stream>>>(data);
  REQUIRE(cudaMemcpyAsync(back.data(), data, 128, cudaMemcpyDeviceToHost, stream) == cudaSuccess);
  struct Both {
    int* seen;
    int* value;
  } both{&seen, back.data()};
  REQUIRE(cudaLaunchHostFunc(
              stream, [](void* p) { *static_cast<Both*>(p)->seen = *static_cast<Both*>(p)->value; }, &both) ==
          cudaSuccess);
  REQUIRE(cudaFreeAsync(data, stream) == cudaSuccess);
  REQUIRE(cudaStreamSynchronize(stream) == cudaSuccess);
  CHECK(cudaStreamQuery(stream) == cudaSuccess);
  CHECK(back == std::vector<int>(32, 10));
  CHECK(seen == 10);
  CHECK(cudaStreamDestroy(stream) == cudaSuccess);
  CHECK(cudaStreamSynchronize(stream) == cudaErrorInvalidResourceHandle);
}

TEST_CASE("events measure the time between them, and only once recorded") {
  const FreshDevice device;
  cudaEvent_t start = nullptr, end = nullptr, untimed = nullptr;
  float milliseconds = -1;
  REQUIRE(cudaEventCreate(&start) == cudaSuccess);
  REQUIRE(cudaEventCreate(&end) == cudaSuccess);
  REQUIRE(cudaEventCreateWithFlags(&untimed, cudaEventDisableTiming) == cudaSuccess);
  CHECK(cudaEventElapsedTime(&milliseconds, start, end) == cudaErrorInvalidResourceHandle);
  REQUIRE(cudaEventRecord(start) == cudaSuccess);
  usleep(2000);
  REQUIRE(cudaEventRecord(end) == cudaSuccess);
  REQUIRE(cudaEventRecord(untimed) == cudaSuccess);
  REQUIRE(cudaEventSynchronize(end) == cudaSuccess);
  REQUIRE(cudaEventElapsedTime(&milliseconds, start, end) == cudaSuccess);
  CHECK(milliseconds >= 2.0f);
  CHECK(cudaEventElapsedTime(&milliseconds, start, untimed) == cudaErrorInvalidResourceHandle);
  CHECK(cudaEventDestroy(start) == cudaSuccess);
  CHECK(cudaEventDestroy(end) == cudaSuccess);
  CHECK(cudaEventDestroy(untimed) == cudaSuccess);
  CHECK(cudaEventDestroy(untimed) == cudaErrorInvalidResourceHandle);
}

TEST_CASE("a captured graph does its work at each launch, with the arguments of the capture") {
  const FreshDevice device;
  cudaStream_t stream = nullptr, side = nullptr;
  cudaEvent_t fork = nullptr, join = nullptr;
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
  REQUIRE(cudaStreamCreate(&stream) == cudaSuccess);
  REQUIRE(cudaStreamCreateWithFlags(&side, cudaStreamNonBlocking) == cudaSuccess);
  REQUIRE(cudaEventCreate(&fork) == cudaSuccess);
  REQUIRE(cudaEventCreate(&join) == cudaSuccess);
  int* data = to_device(std::vector<int>(32, 1));
  int* other = to_device(std::vector<int>(32, 100));
  REQUIRE(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal) == cudaSuccess);
  int value = 3;
  add<<<1, 32, 0, stream>>>(data, value);
  value = 1000;
  REQUIRE(cudaEventRecord(fork, stream) == cudaSuccess);
  REQUIRE(cudaStreamWaitEvent(side, fork) == cudaSuccess);
  add<<<1, 32, 0, side>>>(other, 1);
  REQUIRE(cudaEventRecord(join, side) == cudaSuccess);
  REQUIRE(cudaStreamWaitEvent(stream, join) == cudaSuccess);
  twice<<<1, 32, 0, stream>>>(data);
  cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
  REQUIRE(cudaStreamIsCapturing(side, &status) == cudaSuccess);
  CHECK(status == cudaStreamCaptureStatusActive);
  CHECK(cudaStreamSynchronize(stream) == cudaErrorStreamCaptureUnsupported);
  CHECK(cudaDeviceSynchronize() == cudaErrorStreamCaptureUnsupported);
  CHECK(cudaMemset(data, 0, 4) == cudaErrorStreamCaptureImplicit);
  CHECK(cudaStreamEndCapture(side, &graph) == cudaErrorStreamCaptureUnmatched);
  REQUIRE(cudaStreamEndCapture(stream, &graph) == cudaSuccess);
  cudaGetLastError();
  CHECK(to_host(data, 32)[0] == 1);
  std::size_t nodes = 0;
  REQUIRE(cudaGraphGetNodes(graph, nullptr, &nodes) == cudaSuccess);
  CHECK(nodes == 3);
  REQUIRE(cudaGraphInstantiate(&executable, graph, nullptr, nullptr, 0) == cudaSuccess);
  REQUIRE(cudaGraphDestroy(graph) == cudaSuccess);
  REQUIRE(cudaGraphLaunch(executable, stream) == cudaSuccess);
  REQUIRE(cudaGraphLaunch(executable, stream) == cudaSuccess);
  CHECK(to_host(data, 32) == std::vector<int>(32, ((1 + 3) * 2 + 3) * 2));
  CHECK(to_host(other, 32) == std::vector<int>(32, 102));
  CHECK(cudaGraphExecDestroy(executable) == cudaSuccess);
  CHECK(cudaGraphLaunch(executable, stream) == cudaErrorInvalidValue);
}
