// Lesson 01, vector_add: the checks, in the order in which a learner meets them.
#include <cuda_runtime.h>
#include <fmt/format.h>

#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "device_counters.h"
#include "kernels/device_array.h"
#include "lesson.h"
#include "run_kind.h"
#include "support/catch.h"
#include "test_data.h"
#include "verdict.h"
#include "wrong_sums.h"

using namespace lesson_check;

const LessonName lesson_check::kLesson{"01", "vector_add", "01_vector_add"};

namespace {

// 1024 first: a multiple of every usual block size, so that the first failure is about the idea, not about
// the edge.
constexpr int kSizes[] = {1024, 1000, 1025, 33, 32, 31, 1, 100'003, 0};
constexpr int kObservedSizes[] = {1024, 1000, 33, 1, 0};
std::span<const int> sizes() { return kObserved ? std::span<const int>(kObservedSizes) : kSizes; }

/// Rejects a result that is wrong, or that was written outside c, and inputs that were changed.
void judge(Step step, const std::string& call, const std::vector<float>& a, const std::vector<float>& b,
           const GuardedHostArray& result, const GuardedHostArray& a_after, const GuardedHostArray& b_after) {
  const int n = static_cast<int>(a.size());
  if (const auto wrong = find_wrong_sum(a, b, result.values()))
    reject(explain_wrong_sum(step, call, a, b, result.values(), *wrong));
  if (const auto outside = result.write_outside()) {
    reject(
        {fmt::format("{} wrote outside c: c has {} elements, and element {} was written", call, n, *outside),
         "The sums themselves are right. The last block has more threads than elements are left, and those "
         "threads\n"
         "must do nothing. Look at what your kernel does when its index is n or more.",
         "The last block"});
  }
  for (const auto& [name, before, after] : {std::tuple("a", &a, &a_after), std::tuple("b", &b, &b_after)}) {
    for (int i = 0; i < n; ++i) {
      if ((*before)[static_cast<std::size_t>(i)] == after->values()[static_cast<std::size_t>(i)]) continue;
      reject({fmt::format("{} changed its input {} at element {}", call, name, i),
              "c is right, but a and b are only to be read: whoever called you still needs them.",
              "The task in detail"});
    }
  }
}

}  // namespace

TEST_CASE("adds vectors that are on the device, of every size", "[observed]") {
  for (const int n : sizes()) {
    const std::vector<float> a = random_floats(static_cast<std::size_t>(n), 1);
    const std::vector<float> b = random_floats(static_cast<std::size_t>(n), 2);
    GuardedDeviceArray device_a(a), device_b(b), device_c(static_cast<std::size_t>(n));
    const std::string call = fmt::format("add_on_device with n = {}", n);
    run_learner(call, [&] { lesson::add_on_device(device_a.data(), device_b.data(), device_c.data(), n); });
    judge(Step::kOnDevice, call, a, b, device_c.download(), device_a.download(), device_b.download());
  }
}

TEST_CASE("adds vectors that are in host memory, of every size", "[observed]") {
  for (const int n : sizes()) {
    const std::vector<float> a = random_floats(static_cast<std::size_t>(n), 3);
    const std::vector<float> b = random_floats(static_cast<std::size_t>(n), 4);
    GuardedHostArray host_a(a), host_b(b), host_c(static_cast<std::size_t>(n));
    const std::string call = fmt::format("add with n = {}", n);
    run_learner(call, [&] { lesson::add(host_a.data(), host_b.data(), host_c.data(), n); });
    judge(Step::kFromHost, call, a, b, host_c, host_a, host_b);
  }
}

TEST_CASE("adds vectors that fill every warp", "[profiled]") {
  constexpr int n = 4096;
  const std::vector<float> a = random_floats(n, 7);
  const std::vector<float> b = random_floats(n, 8);
  GuardedDeviceArray device_a(a), device_b(b), device_c(static_cast<std::size_t>(n));
  const std::string call = fmt::format("add_on_device with n = {}", n);
  run_learner(call, [&] { lesson::add_on_device(device_a.data(), device_b.data(), device_c.data(), n); });
  judge(Step::kOnDevice, call, a, b, device_c.download(), device_a.download(), device_b.download());
}

TEST_CASE("frees the device memory it allocates") {
  constexpr int kCalls = 8;
  constexpr int n = 1 << 20;
  std::vector<float> a(n, 1.0f), b(n, 2.0f), c(n);
  const auto free_memory = [] {
    std::size_t free = 0, total = 0;
    CUDA_CHECK(cudaMemGetInfo(&free, &total));
    return static_cast<std::ptrdiff_t>(free);
  };
  // Other programs may use a real GPU at the same time, so a loss counts only when it is there again.
  std::ptrdiff_t lost = 0;
  for (int attempt = 0; attempt < 2; ++attempt) {
    lesson::add(a.data(), b.data(), c.data(), n);  // first use may keep memory for good
    const std::ptrdiff_t before = free_memory();
    for (int i = 0; i < kCalls; ++i)
      run_learner("add", [&] { lesson::add(a.data(), b.data(), c.data(), n); });
    lost = (before - free_memory()) / kCalls;
    if (lost < static_cast<std::ptrdiff_t>(n * sizeof(float))) return;
  }
  reject(
      {fmt::format("device memory is lost: every call of add with n = {} leaves {} bytes allocated", n, lost),
       fmt::format("One vector of that size has {} bytes. Each cudaMalloc needs its cudaFree; a program that "
                   "adds again\n"
                   "and again would run out of memory.",
                   n * sizeof(float)),
       "The task in detail"});
}

TEST_CASE("reports an error of CUDA instead of ignoring it") {
  constexpr int n = 1 << 20;
  std::vector<float> a(n, 1.0f), b(n, 2.0f), c(n, 0.0f);
  // Leaves the device less room than one vector needs.
  std::size_t free = 0, total = 0;
  CUDA_CHECK(cudaMemGetInfo(&free, &total));
  std::vector<kernels::DeviceArray<float>> hog;
  for (std::size_t elements = free / sizeof(float); elements >= n / 4;) {
    try {
      hog.emplace_back(elements);
    } catch (const kernels::CudaError&) {
      cudaGetLastError();
      elements /= 2;
    }
  }
  bool reported = false;
  try {
    lesson::add(a.data(), b.data(), c.data(), n);
  } catch (const std::exception&) {
    reported = true;
  }
  cudaGetLastError();
  // Some systems lend a GPU the computer's memory: then nothing failed, and the result is right.
  if (!reported && find_wrong_sum(a, b, c)) {
    reject({"a failed cudaMalloc was ignored: add returned as if all were well, with a wrong result",
            "The check filled the device's memory first, so cudaMalloc failed with "
            "cudaErrorMemoryAllocation. CUDA tells\n"
            "of errors only in the value that each call returns; put CUDA_CHECK(...) around every call.",
            "When a call fails"});
  }
}

TEST_CASE("uses one launch, enough threads, and no more copies than needed", "[goal]") {
  constexpr int n = 100'003;
  constexpr std::uint64_t kVector = n * sizeof(float);
  const std::vector<float> a = random_floats(n, 5), b = random_floats(n, 6);
  std::vector<float> c(n);
  reset_device_counters();
  run_learner("add", [&] { lesson::add(a.data(), b.data(), c.data(), n); });
  const auto counted = read_device_counters();
  if (!counted) {
    fmt::print("(only the emulated GPU counts: ./course check 01 --device emulated) ");
    return;
  }
  if (counted->launches != 1) {
    reject({fmt::format("add launched {} kernels; one is enough", counted->launches),
            "A launch takes some microseconds even when the kernel does nothing.",
            "Threads, blocks and the grid", counted->launched_at});
  }
  if (counted->threads < n) {
    reject({fmt::format("{} elements were added by {} thread{}", n, counted->threads,
                        counted->threads == 1 ? "" : "s"),
            "The result is right, but each thread did many additions in a row: that is how a CPU works. A "
            "GPU is fast\n"
            "because it has thousands of threads at once: give each element its own.",
            "Threads, blocks and the grid", counted->launched_at});
  }
  if (counted->threads >= n + 1024) {
    reject({fmt::format("{} threads were launched for {} elements", counted->threads, n),
            "The result is right, but whole blocks had nothing to do. Divide n by the threads per block, "
            "rounded up.",
            "The last block", counted->launched_at});
  }
  if (counted->bytes_to_device != 2 * kVector || counted->bytes_to_host != kVector) {
    reject({fmt::format("add copied {} bytes to the device and {} bytes back; {} and {} are enough",
                        counted->bytes_to_device, counted->bytes_to_host, 2 * kVector, kVector),
            "The copies cost more time than the addition. Only a and b must go to the device, and only c "
            "must come back.",
            "What the copies cost"});
  }
}
