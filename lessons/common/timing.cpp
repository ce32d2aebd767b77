#include "timing.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include "kernels/cuda_check.h"

namespace lesson_bench {
namespace {

constexpr int kWarmUps = 3;

Timing summary(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  const std::size_t n = seconds.size();
  const double median = n % 2 == 1 ? seconds[n / 2] : (seconds[n / 2 - 1] + seconds[n / 2]) / 2;
  return {median, median > 0 ? (seconds[n * 3 / 4] - seconds[n / 4]) / median : 0};
}

double seconds_for(const std::function<void()>& code, int calls) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) code();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// A pair of events; CUDA measures the time between them on the device.
class DeviceClock {
 public:
  DeviceClock() {
    CUDA_CHECK(cudaEventCreate(&begin_));
    CUDA_CHECK(cudaEventCreate(&end_));
  }
  ~DeviceClock() {
    cudaEventDestroy(begin_);
    cudaEventDestroy(end_);
  }
  DeviceClock(const DeviceClock&) = delete;
  DeviceClock& operator=(const DeviceClock&) = delete;

  double seconds_for(const std::function<void()>& code) {
    CUDA_CHECK(cudaEventRecord(begin_));
    code();
    CUDA_CHECK(cudaEventRecord(end_));
    CUDA_CHECK(cudaEventSynchronize(end_));
    float milliseconds = 0;
    CUDA_CHECK(cudaEventElapsedTime(&milliseconds, begin_, end_));
    return milliseconds * 1e-3;
  }

 private:
  cudaEvent_t begin_ = nullptr;
  cudaEvent_t end_ = nullptr;
};

}  // namespace

Timing time_on_host(const std::function<void()>& code, int runs) {
  constexpr double kLongEnough_s = 50e-6;
  seconds_for(code, kWarmUps);
  const double once = std::max(seconds_for(code, 1), 1e-9);
  const int batch = std::max(1, static_cast<int>(std::ceil(kLongEnough_s / once)));
  std::vector<double> seconds;
  for (int i = 0; i < runs; ++i) seconds.push_back(seconds_for(code, batch) / batch);
  return summary(std::move(seconds));
}

Timing time_on_device(const std::function<void()>& code, int runs) {
  DeviceClock clock;
  for (int i = 0; i < kWarmUps; ++i) clock.seconds_for(code);
  std::vector<double> seconds;
  for (int i = 0; i < runs; ++i) seconds.push_back(clock.seconds_for(code));
  return summary(std::move(seconds));
}

}  // namespace lesson_bench
