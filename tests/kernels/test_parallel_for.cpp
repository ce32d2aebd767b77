#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "kernels/parallel_for.h"
#include "support/catch.h"

using kernels::parallel_for;

TEST_CASE("parallel_for visits every index once, whatever the numbers of ranges and threads") {
  for (const std::size_t count : {0, 1, 2, 31, 1000}) {
    for (const std::size_t grain : {0, 1, 7, 1000, 5000}) {
      for (const int threads : {-1, 0, 1, 2, 5}) {
        INFO(count << " indices, grain " << grain << ", " << threads << " threads");
        std::vector<std::atomic<int>> visits(count);
        parallel_for(count, grain, threads, [&](std::size_t begin, std::size_t end) {
          for (std::size_t i = begin; i < end; ++i) ++visits[i];
        });
        for (const auto& visit : visits) REQUIRE(visit == 1);
      }
    }
  }
}

TEST_CASE("parallel_for uses at most as many threads as it may") {
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  for (const int threads : {4, 2}) {  // fewer than there are helpers by then
    most = 0;
    parallel_for(200, 1, threads, [&](std::size_t, std::size_t) {
      const int here = ++now;
      int seen = most;
      while (here > seen && !most.compare_exchange_weak(seen, here)) {
      }
      std::this_thread::sleep_for(std::chrono::microseconds(50));
      --now;
    });
    CHECK(most <= threads);
  }
}

TEST_CASE("parallel_for hands on what a range throws, and works again afterwards") {
  for (const int threads : {1, 3}) {
    const auto fail = [&] {
      parallel_for(100, 1, threads, [](std::size_t begin, std::size_t) {
        if (begin == 40) throw std::runtime_error("range 40");
      });
    };
    CHECK_THROWS_AS(fail(), std::runtime_error);
    std::atomic<int> visits = 0;
    parallel_for(100, 1, threads, [&](std::size_t, std::size_t) { ++visits; });
    CHECK(visits == 100);
  }
}

TEST_CASE("parallel_for can be called many times and from several threads") {
  std::atomic<long> sum = 0;
  const auto caller = [&] {
    for (int repeat = 0; repeat < 2000; ++repeat) {
      parallel_for(8, 1, 3, [&](std::size_t begin, std::size_t) { sum += static_cast<long>(begin); });
    }
  };
  std::thread other(caller);
  caller();
  other.join();
  CHECK(sum == 2 * 2000 * 28);
}
