/// @file
/// Which bytes of device memory hold a value: written by a copy, a fill or a kernel.
#pragma once

#include <cstddef>
#include <cstdint>

namespace emulator::instrument {

/// One bit per byte of the window, shared by all workers.
class Initialized {
 public:
  static Initialized& instance() { return instance_; }

  void cover(std::uintptr_t begin, std::size_t bytes);
  bool all(std::uintptr_t address, std::size_t bytes) const {
    const std::size_t first = address - begin_;
    if (bytes == 4 && first % 4 == 0) {
      return (__atomic_load_n(bits_ + first / 8, __ATOMIC_RELAXED) >> first % 8 & 15) == 15;
    }
    return all_of_any_size(first, bytes);
  }
  void set(std::uintptr_t address, std::size_t bytes);
  void reset(std::uintptr_t address, std::size_t bytes);

 private:
  bool all_of_any_size(std::size_t first, std::size_t bytes) const;

  static Initialized instance_;
  std::uintptr_t begin_ = 0;
  std::uint8_t* bits_ = nullptr;
};

}  // namespace emulator::instrument
