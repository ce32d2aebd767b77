#include <chrono>

#include "kernels/read_bandwidth.h"
#include "support/catch.h"

TEST_CASE("the read bandwidth is that of memory") {
  // No memory known gives a thread less than 100 MB/s or a machine more than 100 TB/s.
  for (const int threads : {1, 2}) {
    const double bandwidth = kernels::measure_read_bandwidth(threads, std::size_t{64} << 20, 3);
    INFO(threads << " threads: " << bandwidth << " bytes/s");
    CHECK(bandwidth > 1e8);
    CHECK(bandwidth < 1e14);
  }
}

TEST_CASE("measuring the read bandwidth takes as long as it says") {
  constexpr std::size_t kBytes = std::size_t{64} << 20;
  constexpr int kRuns = 5;
  const auto begin = std::chrono::steady_clock::now();
  const double bandwidth = kernels::measure_read_bandwidth(1, kBytes, kRuns);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  // The best run is no slower than the mean of all of them: sums that were left out would be.
  CHECK(static_cast<double>(kBytes) / bandwidth <= time.count() / kRuns);
  CHECK(static_cast<double>(kBytes) / bandwidth > time.count() / kRuns / 1000);
}
