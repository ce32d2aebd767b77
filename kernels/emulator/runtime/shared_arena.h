/// @file
/// The shared memory of one block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace emulator {

/// A shared array that a kernel declared.
struct SharedArray {
  const void* site;  ///< identifies the declaration
  const char* name;
  unsigned line;
  std::size_t offset;
  std::size_t bytes;
};

/// Dynamic shared memory first, then the static arrays in the order in which the kernel reaches them, each
/// followed by a red zone. Everything starts at a multiple of 128 bytes, so that an array's first element is
/// in bank 0.
class SharedArena {
 public:
  static constexpr std::size_t kAlignment = 128;
  static constexpr std::size_t kRedZone = 128;
  /// Below what a system maps, so that using it is noticed.
  static constexpr std::uintptr_t kNoDynamicShared = 0x8000;
  static constexpr std::size_t kNoDynamicSharedBytes = 0x8000;

  /// Empties the arena for a new block.
  void begin(std::size_t dynamic_bytes);
  /// The address of the array declared at `site`; made and filled with 0xFF on first sight.
  void* place(const void* site, std::size_t bytes, std::size_t alignment, const char* name, unsigned line);
  /// Start of the dynamic memory; an address that cannot be used if the launch asked for none.
  void* dynamic() const { return dynamic_bytes_ ? memory_.get() : reinterpret_cast<void*>(kNoDynamicShared); }
  std::size_t dynamic_bytes() const { return dynamic_bytes_; }
  /// Where the arena begins, with the dynamic memory if there is any; and its bytes, red zones among them.
  char* begin_of_all() const { return memory_.get(); }
  std::size_t capacity() const { return capacity_; }
  /// Bytes of static arrays so far, without the red zones.
  std::size_t static_bytes() const { return static_bytes_; }
  const std::vector<SharedArray>& arrays() const { return arrays_; }
  /// Whether an array of so many bytes still fits.
  bool fits(std::size_t bytes, std::size_t alignment) const;

 private:
  struct Free {
    void operator()(char* memory) const;
  };
  std::size_t aligned_end(std::size_t alignment) const;

  std::unique_ptr<char, Free> memory_;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
  std::size_t dynamic_bytes_ = 0;
  std::size_t static_bytes_ = 0;
  std::vector<SharedArray> arrays_;
};

}  // namespace emulator
