/// @file
/// Data for lessons' checks: random inputs, poisoned outputs, and guard zones that show writes outside an
/// array.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kernels/device_array.h"

namespace lesson_check {

/// Quiet NaNs with payloads that no computation produces. kUnwritten: an output that still holds it was never
/// written. kOutside: stands around inputs, so that a result computed from an element outside is NaN.
inline constexpr std::uint32_t kUnwritten = 0x7fc0dead;
inline constexpr std::uint32_t kOutside = 0x7fc0beef;
inline bool has_bits(float value, std::uint32_t bits) { return std::bit_cast<std::uint32_t>(value) == bits; }

/// [n] uniform in [-1, 1). Reproducible: depends on seed() and `stream` only.
std::vector<float> random_floats(std::size_t n, std::uint32_t stream);

/// An array in host memory with a guard zone in front of it and behind it.
class GuardedHostArray {
 public:
  /// An output: everything is kUnwritten.
  explicit GuardedHostArray(std::size_t n);
  /// An input: the guard zones are kOutside.
  explicit GuardedHostArray(std::span<const float> values);
  float* data() { return memory_.data() + kGuard; }
  std::span<const float> values() const { return {memory_.data() + kGuard, size_}; }
  /// Index, relative to the array (-1 or size, for example), of an element outside it that was written.
  std::optional<std::ptrdiff_t> write_outside() const;

  /// Elements on each side: wide enough for the threads of one block too many.
  static constexpr std::size_t kGuard = 1024;

 private:
  friend class GuardedDeviceArray;
  GuardedHostArray(std::size_t n, std::uint32_t fill);

  std::size_t size_;
  std::uint32_t guard_bits_;
  std::vector<float> memory_;
};

/// The same in device memory. In the observed program it is an allocation of exactly its size, and an output
/// is left unwritten: there the emulated GPU itself sees an access outside, and a read of what nobody wrote.
class GuardedDeviceArray {
 public:
  explicit GuardedDeviceArray(std::size_t n);
  explicit GuardedDeviceArray(std::span<const float> values);
  float* data();
  /// Copies the array and its guard zones back from the device.
  GuardedHostArray download() const;

 private:
  explicit GuardedDeviceArray(const GuardedHostArray& content);

  std::size_t size_;
  std::uint32_t guard_bits_;
  kernels::DeviceArray<float> memory_;
};

}  // namespace lesson_check
