#include "errors.h"

#include <atomic>

namespace emulator {

namespace {

std::atomic<cudaError_t> sticky{cudaSuccess};
thread_local cudaError_t last = cudaSuccess;

}  // namespace

cudaError_t record_error(cudaError_t error) {
  if (error != cudaSuccess) last = error;
  return error;
}

cudaError_t sticky_error() { return sticky.load(std::memory_order_relaxed); }

void set_sticky_error(cudaError_t error) {
  cudaError_t none = cudaSuccess;
  sticky.compare_exchange_strong(none, error);
}

cudaError_t peek_error() {
  const cudaError_t error = sticky_error();
  return error != cudaSuccess ? error : last;
}

cudaError_t take_error() {
  const cudaError_t error = peek_error();
  last = cudaSuccess;
  return error;
}

void clear_errors() {
  sticky = cudaSuccess;
  last = cudaSuccess;
}

}  // namespace emulator

cudaError_t cudaGetLastError() { return emulator::take_error(); }
cudaError_t cudaPeekAtLastError() { return emulator::peek_error(); }

const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
#define EMULATOR_ERROR(name, code, text) \
  case name:                             \
    return #name;
#include <emulator/error_list.inc>
#undef EMULATOR_ERROR
    default:
      return "unrecognized error code";
  }
}

const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
#define EMULATOR_ERROR(name, code, text) \
  case name:                             \
    return text;
#include <emulator/error_list.inc>
#undef EMULATOR_ERROR
    default:
      return "unrecognized error code";
  }
}
