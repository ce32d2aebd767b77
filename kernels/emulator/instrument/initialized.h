/// @file
/// Which bytes of device memory hold a value: written by a copy, a fill or a kernel.
#pragma once

#include <cstddef>
#include <cstdint>

namespace emulator::instrument {

/// One bit per byte of the window, shared by all workers.
class Initialized {
 public:
  static Initialized& instance();

  void cover(std::uintptr_t begin, std::size_t bytes);
  bool all(std::uintptr_t address, std::size_t bytes) const;
  void set(std::uintptr_t address, std::size_t bytes);
  void reset(std::uintptr_t address, std::size_t bytes);

 private:
  std::uintptr_t begin_ = 0;
  std::uint8_t* bits_ = nullptr;
};

}  // namespace emulator::instrument
