#include "kernels/read_bandwidth.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <span>

#include "kernels/parallel_for.h"

namespace kernels {
namespace {

constexpr std::size_t kLeastWords = 1 << 16;
constexpr std::size_t kGrain = 1 << 18;  // 2 MiB, 0.1 ms or more: handing out ranges costs nothing beside it

struct Buffer {
  std::unique_ptr<std::uint64_t[]> words;
  std::size_t count;
};

/// Not initialized: the threads touch it first.
Buffer allocate(std::size_t count) {
  while (true) {
    try {
      return {std::unique_ptr<std::uint64_t[]>(new std::uint64_t[count]), count};
    } catch (const std::bad_alloc&) {
      if (count <= kLeastWords) throw;
      count /= 2;
    }
  }
}

/// Integers, because their order in a sum may be changed: compilers then add a whole vector at a time. Four
/// sums, so that no addition waits for the one before it.
std::uint64_t sum(std::span<const std::uint64_t> words) {
  std::uint64_t a = 0, b = 0, c = 0, d = 0;
  const std::size_t quarter = words.size() / 4;
  const std::uint64_t* const w = words.data();
  for (std::size_t i = 0; i < quarter; ++i) {
    a += w[i];
    b += w[quarter + i];
    c += w[2 * quarter + i];
    d += w[3 * quarter + i];
  }
  for (const std::uint64_t word : words.subspan(4 * quarter)) a += word;
  return a + b + c + d;
}

}  // namespace

double measure_read_bandwidth(int threads, std::size_t buffer_bytes, int runs) {
  const Buffer buffer = allocate(std::max(buffer_bytes / sizeof(std::uint64_t), kLeastWords));
  parallel_for(buffer.count, kGrain, threads, [&](std::size_t begin, std::size_t end) {
    std::fill(buffer.words.get() + begin, buffer.words.get() + end, 1);
  });

  double best_s = std::numeric_limits<double>::max();
  for (int run = 0; run <= runs; ++run) {
    std::atomic<std::uint64_t> total = 0;
    const auto begin_time = std::chrono::steady_clock::now();
    parallel_for(buffer.count, kGrain, threads, [&](std::size_t begin, std::size_t end) {
      total += sum({buffer.words.get() + begin, end - begin});
    });
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin_time;
    // Looking at the total keeps the compiler from leaving the sums out.
    if (total == buffer.count && run > 0) best_s = std::min(best_s, time.count());
  }
  return static_cast<double>(buffer.count * sizeof(std::uint64_t)) / best_s;
}

}  // namespace kernels
