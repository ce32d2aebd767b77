#include "test_data.h"

#include <algorithm>
#include <random>

#include "check_session.h"
#include "run_kind.h"

namespace lesson_check {

std::vector<float> random_floats(std::size_t n, std::uint32_t stream) {
  std::seed_seq seeds{seed(), stream};
  std::mt19937 random(seeds);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  std::vector<float> values(n);
  std::generate(values.begin(), values.end(), [&] { return uniform(random); });
  return values;
}

GuardedHostArray::GuardedHostArray(std::size_t n, std::uint32_t fill)
    : size_(n), guard_bits_(fill), memory_(n + 2 * kGuard, std::bit_cast<float>(fill)) {}

GuardedHostArray::GuardedHostArray(std::size_t n) : GuardedHostArray(n, kUnwritten) {}

GuardedHostArray::GuardedHostArray(std::span<const float> values)
    : GuardedHostArray(values.size(), kOutside) {
  std::copy(values.begin(), values.end(), data());
}

std::optional<std::ptrdiff_t> GuardedHostArray::write_outside() const {
  const auto size = static_cast<std::ptrdiff_t>(size_);
  const float* const first = memory_.data() + kGuard;
  for (std::ptrdiff_t i = size; i < size + static_cast<std::ptrdiff_t>(kGuard); ++i) {
    if (!has_bits(first[i], guard_bits_)) return i;
  }
  for (std::ptrdiff_t i = -1; i >= -static_cast<std::ptrdiff_t>(kGuard); --i) {
    if (!has_bits(first[i], guard_bits_)) return i;
  }
  return std::nullopt;
}

GuardedDeviceArray::GuardedDeviceArray(std::size_t n) : GuardedDeviceArray(GuardedHostArray(n)) {}

GuardedDeviceArray::GuardedDeviceArray(std::span<const float> values)
    : GuardedDeviceArray(GuardedHostArray(values)) {}

GuardedDeviceArray::GuardedDeviceArray(const GuardedHostArray& content)
    : size_(content.size_),
      guard_bits_(content.guard_bits_),
      memory_(kObserved ? content.size_ : content.memory_.size()) {
  if (!kObserved) {
    memory_.upload(content.memory_);
  } else if (guard_bits_ != kUnwritten) {
    memory_.upload(content.values());
  }
}

float* GuardedDeviceArray::data() { return memory_.data() + (kObserved ? 0 : GuardedHostArray::kGuard); }

GuardedHostArray GuardedDeviceArray::download() const {
  GuardedHostArray host(size_, guard_bits_);
  memory_.download(kObserved ? std::span(host.data(), size_) : std::span(host.memory_));
  return host;
}

}  // namespace lesson_check
