/// @file
/// What the runtime's tests share.
#pragma once

#include <cuda_runtime.h>
#include <emulator/control.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "support/catch.h"

#if defined(__SANITIZE_ADDRESS__)
#define UNDEFINED_BEHAVIOR_IS_FATAL 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDEFINED_BEHAVIOR_IS_FATAL 1
#endif
#endif

/// The card as after a start: no memory, no error, forward schedule.
struct FreshDevice {
  FreshDevice() { reset(); }
  ~FreshDevice() { reset(); }
  static void reset() {
    cudaDeviceReset();
    emulator::set_schedule(emulator::Schedule::kForward);
  }
};

/// What is written to stderr from construction until text() is called.
class CapturedStderr {
 public:
  CapturedStderr() : file_(std::tmpfile()), saved_(dup(2)) {
    std::fflush(stderr);
    dup2(fileno(file_), 2);
  }
  ~CapturedStderr() {
    restore();
    std::fclose(file_);
  }
  CapturedStderr(const CapturedStderr&) = delete;
  CapturedStderr& operator=(const CapturedStderr&) = delete;

  std::string text() {
    restore();
    std::rewind(file_);
    std::string result;
    for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_)) result += static_cast<char>(c);
    return result;
  }

 private:
  void restore() {
    if (saved_ < 0) return;
    std::fflush(stderr);
    dup2(saved_, 2);
    close(saved_);
    saved_ = -1;
  }

  std::FILE* file_;
  int saved_;
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// "file.cu:12" for the line of `file` that ends with the comment `// marker`.
inline std::string place_of(const std::string& file, const std::string& marker) {
  std::ifstream source(file);
  std::string line;
  for (int number = 1; std::getline(source, line); ++number) {
    if (line.size() > marker.size() &&
        line.compare(line.size() - marker.size(), marker.size(), marker) == 0 && contains(line, "// ")) {
      return file.substr(file.rfind('/') + 1) + ":" + std::to_string(number);
    }
  }
  return "no line of " + file + " is marked '" + marker + "'";
}

template <class T>
T* to_device(const std::vector<T>& host) {
  T* device = nullptr;
  REQUIRE(cudaMalloc(&device, host.size() * sizeof(T)) == cudaSuccess);
  REQUIRE(cudaMemcpy(device, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice) == cudaSuccess);
  return device;
}

template <class T>
std::vector<T> to_host(const T* device, std::size_t count) {
  std::vector<T> host(count);
  REQUIRE(cudaMemcpy(host.data(), device, count * sizeof(T), cudaMemcpyDeviceToHost) == cudaSuccess);
  return host;
}

/// The error of the work before; forgets it, also if a kernel left it.
inline cudaError_t take_device_error() {
  const cudaError_t error = cudaDeviceSynchronize();
  cudaGetLastError();
  return error;
}
