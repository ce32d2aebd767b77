#pragma once

#include <algorithm>
#include <cstddef>

namespace kernels::fast {
namespace {

/// Fetches memory that is soon read into the second-level cache, a part of it at each of several steps of the
/// work that comes first. Processors read ahead by themselves, but not past pauses for that work: with it,
/// prompts of 64 tokens were read 5 to 10% faster (Zen 4).
class ReadAhead {
 public:
  ReadAhead(const std::byte* begin, const std::byte* end, std::size_t steps)
      : next_(begin), left_((static_cast<std::size_t>(end - begin) + kLine - 1) / kLine) {
    lines_in_step_ = (left_ + steps - 1) / steps;
  }

  void step() {
    const std::size_t lines = std::min(left_, lines_in_step_);
    constexpr int kRead = 0;
    constexpr int kSecondLevel = 2;
    for (std::size_t i = 0; i < lines; ++i) __builtin_prefetch(next_ + i * kLine, kRead, kSecondLevel);
    next_ += lines * kLine;
    left_ -= lines;
  }

 private:
  static constexpr std::size_t kLine = 64;
  const std::byte* next_;
  std::size_t left_;  // lines
  std::size_t lines_in_step_;
};

/// Takes the lines of y[c][0..size) away from the processor that wrote them last, before they are written:
/// prompts were read 3% faster with it (Zen 4).
/// @param y_stride  from y[c] to y[c + 1]
inline void prefetch_to_write(const float* y, std::size_t y_stride, std::size_t columns, std::size_t size) {
  constexpr std::size_t kLine = 64 / sizeof(float);
  constexpr int kWrite = 1;
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t i = 0; i < size; i += kLine) __builtin_prefetch(y + c * y_stride + i, kWrite);
  }
}

}  // namespace
}  // namespace kernels::fast
