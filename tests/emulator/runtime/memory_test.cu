#include <cstring>

#include "support.h"

__constant__ float table[8];
__device__ int counter = 5;
__managed__ int managed_value = 1;

__global__ void use_globals(float* out) {
  out[threadIdx.x] = table[threadIdx.x];
  if (threadIdx.x == 0) {
    counter += 10;
    managed_value *= 3;
  }
}

TEST_CASE("allocations are aligned to 256 bytes, do not overlap, and start with NaNs") {
  const FreshDevice device;
  std::vector<char*> pointers;
  for (const std::size_t bytes : {1, 255, 256, 257, 4096, 4097, 100000}) {
    char* pointer = nullptr;
    REQUIRE(cudaMalloc(&pointer, bytes) == cudaSuccess);
    CHECK(reinterpret_cast<std::uintptr_t>(pointer) % 256 == 0);
    CHECK(static_cast<unsigned char>(pointer[bytes - 1]) == 0xFF);
    std::memset(pointer, static_cast<int>(pointers.size()), bytes);
    pointers.push_back(pointer);
  }
  for (std::size_t i = 0; i < pointers.size(); ++i) CHECK(pointers[i][0] == static_cast<char>(i));
  for (char* pointer : pointers) CHECK(cudaFree(pointer) == cudaSuccess);
  CHECK(cudaFree(nullptr) == cudaSuccess);
  void* none = &pointers;
  CHECK(cudaMalloc(&none, 0) == cudaSuccess);
  CHECK(none == nullptr);
}

TEST_CASE("the card's memory runs out, and freed memory can be used again") {
  const FreshDevice device;
  std::size_t free_bytes = 0, total = 0, after = 0;
  REQUIRE(cudaMemGetInfo(&free_bytes, &total) == cudaSuccess);
  CHECK(free_bytes == total);
  void* everything = nullptr;
  void* more = &total;
  REQUIRE(cudaMalloc(&everything, total) == cudaSuccess);
  CHECK(cudaMalloc(&more, 1) == cudaErrorMemoryAllocation);
  CHECK(more == nullptr);
  CHECK(cudaGetLastError() == cudaErrorMemoryAllocation);
  CHECK(cudaGetLastError() == cudaSuccess);
  REQUIRE(cudaMemGetInfo(&free_bytes, &after) == cudaSuccess);
  CHECK(free_bytes == 0);
  REQUIRE(cudaFree(everything) == cudaSuccess);
  for (int round = 0; round < 40; ++round) {  // more than the window has addresses
    REQUIRE(cudaMalloc(&everything, total) == cudaSuccess);
    REQUIRE(cudaFree(everything) == cudaSuccess);
  }
}

TEST_CASE("what was never allocated, or is free already, cannot be freed") {
  const FreshDevice device;
  const CapturedStderr silence;
  char* pointer = nullptr;
  int on_stack = 0;
  REQUIRE(cudaMalloc(&pointer, 1000) == cudaSuccess);
  CHECK(cudaFree(pointer + 1) == cudaErrorInvalidValue);
  CHECK(cudaFree(&on_stack) == cudaErrorInvalidValue);
  CHECK(cudaFree(pointer) == cudaSuccess);
  CHECK(cudaFree(pointer) == cudaErrorInvalidValue);
  CHECK(cudaFreeHost(&on_stack) == cudaErrorInvalidValue);
}

TEST_CASE("copies check their ranges and on which side memory is") {
  const FreshDevice device;
  CapturedStderr captured;
  std::vector<char> host(2000, 1);
  char* memory = to_device(std::vector<char>(1000, 2));
  CHECK(cudaMemcpy(memory, host.data(), 1001, cudaMemcpyHostToDevice) == cudaErrorInvalidValue);
  CHECK(cudaMemcpy(memory + 1, host.data(), 1000, cudaMemcpyHostToDevice) == cudaErrorInvalidValue);
  CHECK(cudaMemcpy(host.data(), memory + 999, 2, cudaMemcpyDeviceToHost) == cudaErrorInvalidValue);
  CHECK(cudaMemcpy(host.data(), memory, 10, cudaMemcpyHostToDevice) == cudaErrorInvalidValue);
  CHECK(cudaMemcpy(host.data(), host.data() + 100, 10, cudaMemcpyDeviceToDevice) == cudaErrorInvalidValue);
  CHECK(cudaMemcpy(memory, host.data(), 10, static_cast<cudaMemcpyKind>(7)) ==
        cudaErrorInvalidMemcpyDirection);
  CHECK(cudaMemcpy(nullptr, host.data(), 10, cudaMemcpyHostToDevice) == cudaErrorInvalidValue);
  CHECK(cudaMemset(memory, 0, 1001) == cudaErrorInvalidValue);
  CHECK(cudaMemset(host.data(), 0, 1) == cudaErrorInvalidValue);
  CHECK(cudaGetLastError() == cudaErrorInvalidValue);
  CHECK(cudaMemcpy(host.data(), memory, 0, cudaMemcpyDeviceToHost) == cudaSuccess);
  CHECK(cudaMemcpy(host.data(), memory, 1000, cudaMemcpyDefault) == cudaSuccess);
  CHECK(cudaFree(memory) == cudaSuccess);
  CHECK(cudaMemcpy(host.data(), memory, 1, cudaMemcpyDeviceToHost) == cudaErrorInvalidValue);
  const std::string text = captured.text();
  CHECK(host[999] == 2);
  CHECK(host[1000] == 1);
  CHECK(contains(text, "has been freed"));
}

TEST_CASE("2D copies and fills leave the bytes between the rows alone") {
  const FreshDevice device;
  char* memory = nullptr;
  std::size_t pitch = 0;
  REQUIRE(cudaMallocPitch(&memory, &pitch, 100, 7) == cudaSuccess);
  CHECK(pitch == 512);
  REQUIRE(cudaMemset(memory, 9, pitch * 7) == cudaSuccess);
  std::vector<char> host(7 * 120);
  for (std::size_t i = 0; i < host.size(); ++i) host[i] = static_cast<char>(i % 120);
  REQUIRE(cudaMemcpy2D(memory, pitch, host.data(), 120, 100, 7, cudaMemcpyHostToDevice) == cudaSuccess);
  REQUIRE(cudaMemset2D(memory + pitch, pitch, 77, 10, 2) == cudaSuccess);
  std::vector<char> back(pitch * 7);
  REQUIRE(cudaMemcpy(back.data(), memory, back.size(), cudaMemcpyDeviceToHost) == cudaSuccess);
  for (int row = 0; row < 7; ++row) {
    for (int i = 0; i < static_cast<int>(pitch); ++i) {
      const int expected = i >= 100 ? 9 : ((row == 1 || row == 2) && i < 10 ? 77 : i);
      REQUIRE(back[row * pitch + i] == expected);
    }
  }
  CHECK(cudaMemcpy2D(memory, 50, host.data(), 120, 100, 7, cudaMemcpyHostToDevice) ==
        cudaErrorInvalidPitchValue);
}

TEST_CASE("symbols are copied to and from, within their size") {
  const FreshDevice device;
  const CapturedStderr silence;
  const std::vector<float> values{1, 2, 3, 4, 5, 6, 7, 8};
  REQUIRE(cudaMemcpyToSymbol(table, values.data(), sizeof(float) * 8) == cudaSuccess);
  REQUIRE(cudaMemcpyToSymbol(table, &values[7], sizeof(float), sizeof(float) * 2) == cudaSuccess);
  CHECK(cudaMemcpyToSymbol(table, values.data(), sizeof(float) * 9) == cudaErrorInvalidValue);
  CHECK(cudaMemcpyToSymbol(table, values.data(), sizeof(float), sizeof(float) * 8) == cudaErrorInvalidValue);
  float* out = to_device(std::vector<float>(8, 0));
  int count = 0;
  use_globals<<<1, 8>>>(out);
  CHECK(to_host(out, 8) == std::vector<float>{1, 2, 8, 4, 5, 6, 7, 8});
  REQUIRE(cudaMemcpyFromSymbol(&count, counter, sizeof count) == cudaSuccess);
  CHECK(count == 15);
  CHECK(managed_value == 3);
  int* address = nullptr;
  std::size_t bytes = 0;
  REQUIRE(cudaGetSymbolAddress((void**)&address, counter) == cudaSuccess);
  REQUIRE(cudaGetSymbolSize(&bytes, table) == cudaSuccess);
  CHECK(bytes == 32);
  REQUIRE(cudaMemset(address, 0, sizeof(int)) == cudaSuccess);
  REQUIRE(cudaMemcpyFromSymbol(&count, counter, sizeof count) == cudaSuccess);
  CHECK(count == 0);
  counter = 5;
  managed_value = 1;
}

TEST_CASE("pinned and managed memory is known on both sides") {
  const FreshDevice device;
  float* pinned = nullptr;
  float* managed = nullptr;
  std::vector<float> registered(1000, 1.0f);
  cudaPointerAttributes attributes{};
  REQUIRE(cudaMallocHost(&pinned, 4096) == cudaSuccess);
  REQUIRE(cudaMallocManaged(&managed, 4096) == cudaSuccess);
  REQUIRE(cudaPointerGetAttributes(&attributes, pinned + 5) == cudaSuccess);
  CHECK(attributes.type == cudaMemoryTypeHost);
  REQUIRE(cudaPointerGetAttributes(&attributes, managed) == cudaSuccess);
  CHECK(attributes.type == cudaMemoryTypeManaged);
  REQUIRE(cudaPointerGetAttributes(&attributes, registered.data()) == cudaSuccess);
  CHECK(attributes.type == cudaMemoryTypeUnregistered);
  REQUIRE(cudaHostRegister(registered.data(), 4000, 0) == cudaSuccess);
  CHECK(cudaHostRegister(registered.data() + 10, 4, 0) == cudaErrorHostMemoryAlreadyRegistered);
  use_globals<<<1, 8>>>(pinned);
  use_globals<<<1, 8>>>(managed);
  use_globals<<<1, 8>>>(registered.data());
  CHECK(take_device_error() == cudaSuccess);
  CHECK(cudaHostUnregister(registered.data()) == cudaSuccess);
  CHECK(cudaHostUnregister(registered.data()) == cudaErrorHostMemoryNotRegistered);
  CHECK(cudaMemPrefetchAsync(managed, 4096, 0) == cudaSuccess);
  CHECK(cudaMemPrefetchAsync(managed, 4097, 0) == cudaErrorInvalidValue);
  CHECK(cudaFreeHost(pinned) == cudaSuccess);
  counter = 5;
  managed_value = 1;
}
