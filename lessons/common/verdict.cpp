#include "verdict.h"

#include <cuda_runtime.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <exception>

#include "check_session.h"
#include "kernels/cuda_check.h"

namespace lesson_check {
namespace {

/// What an error of CUDA most often means in a learner's program.
const char* meaning_of(cudaError_t code) {
  switch (code) {
    case cudaErrorInvalidConfiguration:
      return "CUDA refused the launch: a grid needs at least 1 block, and a block has 1 to 1024 threads.\n"
             "Look at the numbers between <<< and >>>; with n smaller than a block, a division that rounds "
             "down gives 0.";
    case cudaErrorInvalidValue:
      return "A call of CUDA got an argument that makes no sense: most often a cudaMemcpy whose direction "
             "does not fit\n"
             "its pointers, a size that is too large, or memory that was freed already.";
    case cudaErrorInvalidMemcpyDirection:
      return "The direction of a cudaMemcpy does not fit its pointers: the destination comes first.";
    case cudaErrorIllegalAddress:
      return "A thread read or wrote memory that does not belong to any array: is every index below n, and "
             "does the\n"
             "kernel get device pointers, not host pointers?";
    case cudaErrorMemoryAllocation:
      return "The device had no room. Is the size in bytes right, and is everything freed that is allocated?";
    case cudaErrorInvalidDevicePointer:
      return "A pointer is not what the call expects: cudaFree wants exactly what cudaMalloc gave, once.";
    case cudaErrorLaunchTimeout:
      return "The kernel did not end: look for a loop whose condition never becomes false.";
    default:
      return "The message above says where it came from.";
  }
}

[[noreturn]] void reject_cuda_error(const std::string& call, cudaError_t code, const std::string& detail) {
  cudaGetLastError();
  reject({fmt::format("CUDA reports an error in {}: {} ({})", call, cudaGetErrorString(code),
                      cudaGetErrorName(code)),
          detail + meaning_of(code), "When a call fails"});
}

}  // namespace

void reject(const Explanation& explanation) {
  std::string text = fmt::format("Lesson {}, {}: {}.\n{}\n", kLesson.number, kLesson.name, explanation.what,
                                 explanation.why);
  if (!explanation.lines.empty())
    text += fmt::format("It is about {}.\n", fmt::join(explanation.lines, " and "));
  if (!explanation.read.empty()) {
    text += fmt::format("See \"{}\" in lessons/{}/README.md.\n", explanation.read, kLesson.folder);
  }
  text += fmt::format("A hint: ./course hint {}\n", kLesson.number);
  end_check(text);
}

void run_learner(const std::string& call, const std::function<void()>& code) {
  try {
    code();
  } catch (const kernels::CudaError& error) {
    reject_cuda_error(call, error.code(), fmt::format("{}\n", error.what()));
  } catch (const std::exception& error) {
    reject({fmt::format("{} threw an exception: {}", call, error.what()),
            "Exceptions are for real failures; here nothing was wrong with the arguments.", ""});
  }
  // An error that the learner's code did not ask for; then one that shows only when the kernel runs.
  if (const cudaError_t code_left = cudaGetLastError(); code_left != cudaSuccess) {
    reject_cuda_error(call, code_left, "No CUDA_CHECK caught it where it happened.\n");
  }
  if (const cudaError_t code_late = cudaDeviceSynchronize(); code_late != cudaSuccess) {
    reject_cuda_error(call, code_late, "It came from the kernel while it ran.\n");
  }
}

}  // namespace lesson_check
